/**
 * A pattern that PostgreSQL's `~` takes to mean what JavaScript means by it, or null where that is not certain: classes
 * that depend on the locale, look-around, back-references, flags, and whatever counts UTF-16 units.
 */
export function toPosix(pattern: RegExp): string | null {
  if (pattern.flags !== '' && pattern.flags !== 'u') return null
  const result: string[] = []
  let rest = pattern.source
  let isRepeatable = false
  while (rest !== '') {
    const token = tokens.find(({ at }) => at.test(rest))
    const text = token?.at.exec(rest)?.[0]
    if (!token || !text) return null
    if (token.isQuantifier && !(isRepeatable && isSmall(text))) return null
    const said = token.toPosix(text)
    if (said === null) return null
    result.push(said)
    isRepeatable = token.isRepeatable ?? false
    rest = rest.slice(text.length)
  }
  return result.join('')
}

interface Token {
  readonly at: RegExp
  readonly toPosix: (text: string) => string | null
  readonly isQuantifier?: boolean
  readonly isRepeatable?: boolean
}

const same = (text: string) => text
const escaped = /^\\[\\^$.*+?()[\]{}|/-]/

const tokens: readonly Token[] = [
  { at: /^(?:\^|\$|\||\(\?:|\((?!\?))/, toPosix: same },
  { at: /^\)/, toPosix: same, isRepeatable: true },
  { at: /^(?:[*+?]|\{\d+(?:,\d*)?\})(?![?+*{])/, toPosix: same, isQuantifier: true },
  // Unicode's digits are digits in some locales, and JavaScript's never.
  { at: /^\\d/, toPosix: () => '[0-9]', isRepeatable: true },
  { at: /^\\w/, toPosix: () => '[A-Za-z0-9_]', isRepeatable: true },
  { at: escaped, toPosix: same, isRepeatable: true },
  { at: /^\[(?!\^)(?:\\.|[^\\\]])+\]/, toPosix: toBracket, isRepeatable: true },
  { at: /^[A-Za-z0-9 _@#%&=:;,<>~`"'!/-]/, toPosix: same, isRepeatable: true },
]

/** PostgreSQL repeats at most 255 times. */
function isSmall(quantifier: string): boolean {
  return (quantifier.match(/\d+/g) ?? []).every((count) => Number(count) <= 255)
}

/** The class of these characters, ranges of letters or digits among them; the hyphen as a character stands escaped. */
function toBracket(text: string): string | null {
  const parts: string[] = []
  let rest = text.slice(1, -1)
  while (rest !== '') {
    const range = /^[A-Za-z0-9]-[A-Za-z0-9]/.exec(rest)?.[0]
    const hyphen = /^-(?=$)/.exec(rest)?.[0] ?? (parts.length === 0 ? /^-/.exec(rest)?.[0] : undefined)
    const single = /^(?:\\[dw]|[A-Za-z0-9 _@#%&=;,<>~`"'!/.*+?(){}|$])(?!-.)/.exec(rest)?.[0]
    const found = range ?? hyphen ?? escaped.exec(rest)?.[0] ?? single
    if (found === undefined) return null
    parts.push(found === '-' ? '\\-' : (classes[found] ?? found))
    rest = rest.slice(found.length)
  }
  return `[${parts.join('')}]`
}

const classes: Readonly<Record<string, string>> = { '\\d': '0-9', '\\w': 'A-Za-z0-9_' }
