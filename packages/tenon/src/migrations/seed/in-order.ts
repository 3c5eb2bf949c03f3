import type { SeedTable } from './read-tables.ts'

/** Referred-to tables first. In a circle those come first whose references may be null. */
export function inOrder(tables: readonly SeedTable[]): SeedTable[] {
  const known = new Set(tables.map(({ id }) => id))
  const done = new Set<string>()
  const waiting = [...tables]
  const ordered: SeedTable[] = []
  while (waiting.length > 0) {
    const isReady = (strict: boolean) => (table: SeedTable) =>
      table.references.every(
        ({ target, columns }) =>
          done.has(target) || target === table.id || !known.has(target) || (!strict && isNullable(table, columns)),
      )
    const strict = waiting.findIndex(isReady(true))
    const index = strict >= 0 ? strict : Math.max(waiting.findIndex(isReady(false)), 0)
    for (const table of waiting.splice(index, 1)) {
      done.add(table.id)
      ordered.push(table)
    }
  }
  return ordered
}

/** True where a row may do without the reference: one null column is enough. */
export function isNullable(table: SeedTable, columns: readonly string[]): boolean {
  return table.columns.some(({ name, nullable }) => nullable && columns.includes(name))
}
