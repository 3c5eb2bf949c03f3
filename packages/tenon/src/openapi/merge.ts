import { isSchema, type JsonSchema, reference } from './json-schema.ts'

/** The parts of a document whose references may change. */
export interface Referring {
  readonly paths: object
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

/** Keeps one of several schemas that wanted the same name and say the same; `wanted` tells what a schema's name was to be. */
export function mergeTwins<Part extends Referring>(part: Part, wanted: (name: string) => string): Part {
  const { schemas } = part
  const twins = Object.keys(schemas).filter(
    (name) => name !== wanted(name) && areSame(schemas[name], schemas[wanted(name)]),
  )
  if (twins.length === 0) return part
  const names = new Map(twins.map((name) => [reference(name), reference(wanted(name))]))
  const rest = Object.fromEntries(Object.entries(schemas).filter(([name]) => !twins.includes(name)))
  // What referred to twins may be the same only now.
  return mergeTwins(renamed({ ...part, schemas: rest }, names) as Part, wanted)
}

function areSame(one: JsonSchema | undefined, other: JsonSchema | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names))
  if (!isSchema(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [key, renamed(member, names)])
  const to = value.$ref === undefined ? undefined : names.get(value.$ref)
  return { ...Object.fromEntries(entries), ...(to === undefined ? {} : { $ref: to }) }
}
