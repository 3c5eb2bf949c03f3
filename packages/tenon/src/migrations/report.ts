/** What happens during a run, as it happens. */
export type MigrationEvent =
  | { readonly kind: 'waiting'; readonly holder: string | undefined }
  | { readonly kind: 'started'; readonly direction: Direction; readonly id: string }
  | { readonly kind: 'finished'; readonly direction: Direction; readonly id: string; readonly milliseconds: number }

export type Direction = 'up' | 'down'

export type Report = (event: MigrationEvent) => void

/** Tells nobody. */
export const silent: Report = () => {}
