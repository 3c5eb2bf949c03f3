import type { MigrationEvent, Report } from '../../migrations/report.ts'
import { formatDuration, type Terminal } from '../terminal.ts'

// A batch may take milliseconds, and there may be thousands: one line every so often is enough.
const batchLineEvery = 2_000

/** Says what happens in a run, a line for each event that somebody would want to know of. */
export function reportTo(terminal: Terminal): Report {
  let lastBatch = 0
  return (event) => {
    if (event.kind === 'batch') {
      if (event.percent !== 100 && performance.now() - lastBatch < batchLineEvery) return
      lastBatch = performance.now()
    }
    const line = describe(terminal, event)
    if (line !== undefined) terminal.write(line)
  }
}

function describe(terminal: Terminal, event: MigrationEvent): string | undefined {
  const dim = (text: string) => terminal.paint('dim', text)
  const warn = (text: string) => terminal.paint('yellow', text)
  switch (event.kind) {
    case 'waiting': {
      const holder = event.holder === undefined ? '' : ` (${nameOf(event.holder)})`
      return warn(`Waiting for another run${holder} to finish …`)
    }
    case 'finished': {
      const arrow = event.direction === 'up' ? '↑' : '↓'
      return `${terminal.paint('green', arrow)} ${event.id}  ${dim(formatDuration(event.milliseconds))}`
    }
    case 'resumed': {
      const where = `statement ${event.statement} of ${event.of}, line ${event.line}`
      return warn(
        event.turned
          ? `  ${event.id}: what a run before had done of it the other way is undone …`
          : `  ${event.id}: goes on at ${where}, where a run before was stopped …`,
      )
    }
    case 'statement':
      return dim(`  ${event.statement} of ${event.of}, line ${event.line}  ${formatDuration(event.milliseconds)}`)
    case 'batch': {
      const part = event.percent === null ? '' : ` of about ${event.estimated}, ${event.percent} %`
      return dim(`  ${event.table}: ${event.rows}${part}`)
    }
    case 'repaired':
      return warn(`  line ${event.line}: ${event.what}`)
    case 'skipped':
      return warn(`  line ${event.line} was not run: ${event.reason}`)
    case 'blocked':
      return warn(event.by.map((by) => `  waits for server process ${by.pid}: ${by.description}`).join('\n'))
    case 'retrying':
      return warn(`  got no lock, has let go of its own, tries again in ${formatDuration(event.pause)}`)
    default:
      return undefined
  }
}

function nameOf(holder: string): string {
  return /^\d+$/.test(holder) ? `server process ${holder}` : holder
}
