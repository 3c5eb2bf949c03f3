import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import type { Parameter } from './template.ts'
import { toText } from './values.ts'

/** The values of one statement, in the order in which its template numbers them, in PostgreSQL's text form. */
export class Parameters {
  readonly texts: (string | null)[] = []
  #aliases = 0

  add(text: string | null): Parameter {
    return this.texts.push(text) - 1
  }

  value(model: ModelDescription, column: ColumnDescription, value: unknown): Parameter {
    return this.add(toText(model, column, value))
  }

  alias(): string {
    return `t${++this.#aliases}`
  }
}
