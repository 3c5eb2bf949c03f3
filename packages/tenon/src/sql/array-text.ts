/** A list in PostgreSQL's array form, `{"a","b"}`. */
export function toArrayText(texts: readonly (string | null)[]): string {
  return `{${texts.map((text) => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
}

/** The texts of an array of one dimension in PostgreSQL's form: `{a,"b c",NULL}`. */
export function fromArrayText(array: string): (string | null)[] {
  const item = /[{,](?:"((?:[^"\\]|\\.)*)"|([^",{}]+))/gs
  return [...array.matchAll(item)].map(([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/gs, '$1')
    return bare === 'NULL' || bare === undefined ? null : bare
  })
}
