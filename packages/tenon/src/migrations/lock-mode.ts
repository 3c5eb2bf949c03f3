/** PostgreSQL's table locks, the weakest first (its manual, "Explicit Locking"). */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const

export type LockMode = (typeof lockModes)[number]

export interface TracedLock {
  readonly relation: string
  readonly mode: LockMode
}

const byServerName: ReadonlyMap<string, LockMode> = new Map(
  lockModes.map((mode) => [`${mode.replaceAll(' ', '').toLowerCase()}lock`, mode]),
)

/** From pg_locks: `ShareUpdateExclusiveLock`. */
export function toLockMode(name: string): LockMode | undefined {
  return byServerName.get(name.toLowerCase())
}

export function stronger(one: LockMode | undefined, other: LockMode): LockMode {
  return one !== undefined && lockModes.indexOf(one) > lockModes.indexOf(other) ? one : other
}

/** True where INSERT, UPDATE and DELETE wait for it. */
export function blocksWrites(mode: LockMode): boolean {
  return lockModes.indexOf(mode) >= lockModes.indexOf('SHARE')
}

/** True where even SELECT waits for it. */
export function blocksReads(mode: LockMode): boolean {
  return mode === 'ACCESS EXCLUSIVE'
}
