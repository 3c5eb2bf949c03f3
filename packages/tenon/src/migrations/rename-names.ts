import { quoted } from '../sql/names.ts'

/**
 * Puts new names for old ones into an expression as PostgreSQL writes it: columns stand there alone, names in lower
 * case or in quotes, key words in upper case. What is called (`lower(`), a type (`::text`) or a part of a longer name
 * is left alone. Where that is not enough, two texts that mean the same differ, and a constraint is made anew.
 */
export function renameColumns(text: string, names: ReadonlyMap<string, string>): string {
  return names.size === 0 ? text : replaceNames(text, (name) => names.get(name))
}

/** True where two texts are the same but for quotes around names. */
export function isSameText(one: string, other: string): boolean {
  return one === other || replaceNames(one, (name) => name) === replaceNames(other, (name) => name)
}

/** True where the expression reads the column; sometimes where it only looks like it. */
export function mentions(text: string, column: string): boolean {
  return renameColumns(text, new Map([[column, `${column} `]])) !== text
}

function replaceNames(text: string, rename: (name: string) => string | undefined): string {
  return text.replaceAll(token, (match: string, name: string | undefined, offset: number) => {
    if (name === undefined) return match
    const [before, after] = [text.slice(0, offset), text[offset + match.length] ?? '']
    const isOther = before.endsWith('::') || before.endsWith('.') || after === '(' || after === '.'
    const renamed = isOther ? undefined : rename(unquoted(name))
    return renamed === undefined ? match : quoted(renamed)
  })
}

// Strings first, so that nothing in them is taken for a name.
const token = /E?'(?:[^'\\]|''|\\.)*'|("(?:[^"]|"")*"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)/g

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}
