/** What happens during a run, as it happens. Lines are those of the revision's file. */
export type MigrationEvent =
  /** Another run works; `holder` is its server process, or what its lease says of it. */
  | { readonly kind: 'waiting'; readonly holder: string | undefined }
  | { readonly kind: 'started'; readonly direction: Direction; readonly id: string }
  /** It goes on where a run before was stopped; `turned` where that ran the other way. */
  | ({ readonly kind: 'resumed'; readonly turned: boolean } & Step)
  /** One statement of a revision without a transaction is done and kept. */
  | ({ readonly kind: 'statement'; readonly milliseconds: number } & Step)
  /** A batch is done and kept. `estimated` and `percent` are null where the server has no statistics of the table. */
  | ({ readonly kind: 'batch'; readonly table: string } & Step & BatchProgress)
  /** A left-over of a run that was stopped was put right: an INVALID index dropped. */
  | ({ readonly kind: 'repaired'; readonly what: string } & Step)
  /** Not run, since what it would do is so already. */
  | ({ readonly kind: 'skipped'; readonly reason: string } & Step)
  /** A statement waits for locks that others hold. */
  | { readonly kind: 'blocked'; readonly id: string; readonly by: readonly Blocker[] }
  /** It did not get a lock in time, has let go of all its own, and tries again after the pause. */
  | { readonly kind: 'retrying'; readonly id: string; readonly attempt: number; readonly pause: number }
  | { readonly kind: 'finished'; readonly direction: Direction; readonly id: string; readonly milliseconds: number }

export interface Step {
  readonly direction: Direction
  readonly id: string
  /** From 1. */
  readonly statement: number
  readonly of: number
  readonly line: number
}

export interface BatchProgress {
  readonly rows: number
  readonly estimated: number | null
  readonly percent: number | null
}

/** A server process that holds a lock which another waits for. */
export interface Blocker {
  readonly pid: number
  /** `todo, psql, idle in transaction for 12 s: update tasks …`, as far as this role may see it. */
  readonly description: string
}

export type Direction = 'up' | 'down'

export type Report = (event: MigrationEvent) => void

/** Tells nobody. */
export const silent: Report = () => {}
