import type { ModelDescription } from '../model/description.ts'

/**
 * True where an instance of the class holds under these names what its row gave, and nothing that the class makes of it:
 * the class has no constructor of its own, and neither its fields nor its accessors stand in the way. In doubt, false.
 */
export function isPlainClass(
  model: ModelDescription,
  names: readonly string[],
  relations: readonly { readonly name: string }[],
): boolean {
  const source = Function.prototype.toString.call(model.instance)
  if (/\bconstructor\b/.test(source) || names.some((name) => isAssigned(source, name))) return false
  const known = [...model.columns.map(({ field }) => field), ...relations.map(({ name }) => name)]
  const given = new Map(known.map((name) => [name, Object.freeze({ name })]))
  try {
    const columns = model.columns.map(({ field }) => [field, given.get(field)])
    const row = new model.instance(Object.fromEntries(columns))
    for (const { name } of relations) Object.assign(row, { [name]: given.get(name) })
    return names.every((name) => {
      const value = given.get(name)
      return value === undefined || Object.getOwnPropertyDescriptor(row, name)?.value === value
    })
  } catch {
    return false
  }
}

/** A field of the class with an initial value (`title = …`) takes the place of the row's. */
function isAssigned(source: string, name: string): boolean {
  const escaped = name.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
  return new RegExp(`(?<![\\w$])${escaped}['"\\]\\s]*=(?![=>])`).test(source)
}
