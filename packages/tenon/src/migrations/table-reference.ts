import type { TableReference } from './operations/operation.ts'
import type { TableSnapshot } from './snapshot.ts'

export function toReference({ schema, name, constraints, partition }: TableSnapshot): TableReference {
  const key = constraints.find(({ kind }) => kind === 'primary key')?.columns ?? []
  return { schema, name, key, partitioned: partition !== null }
}
