import { UsageError } from '../core/errors.ts'

/** What a model's class carries, as `Model(…)` put it there. */
export interface ModelParts {
  readonly name: string
  readonly table: string
  readonly fields: object
  readonly options: object
}

/** A row belongs to one table, so a model's class extends what `Model(…)` made, and nobody extends it for a model of their own. */
export function assertDirect(model: object): void {
  const parent: unknown = Object.getPrototypeOf(model)
  if (Object.hasOwn(model, 'fields') || (typeof parent === 'function' && Object.hasOwn(parent, 'fields'))) return
  const [own, inherited] = [nameOf(model), nameOf(parent)]
  throw new UsageError(
    `Cannot use ${own} as a model: it inherits the table of ${inherited}. Give it a table of its own with Model(…), and share fields by spreading an object of them.`,
  )
}

function nameOf(value: unknown): string {
  return typeof value === 'function' ? value.name : 'this'
}
