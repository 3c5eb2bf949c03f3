import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a query was described: its stack is read only when something fails, and then cut to the user's frames. */
export interface Origin {
  readonly stack?: string
}

const ownFolder = `${path.resolve(import.meta.dirname, '..')}${path.sep}`
const framesKept = 4

/** Captured for every query (1.3 µs): a handler may return it, and then no later stack leads back to the handler. */
export function captureOrigin(entrance: CallableFunction): Origin {
  const origin: Origin = {}
  const usual = Error.stackTraceLimit
  Error.stackTraceLimit = framesKept
  Error.captureStackTrace(origin, entrance)
  Error.stackTraceLimit = usual
  return origin
}

/** The frames of a stack that are neither Tenon's own nor Node's. */
export function userFrames(stack: string | undefined): string[] {
  return (stack ?? '').split('\n').filter((line) => {
    const file = fileOf(line)
    return file !== null && !(file.startsWith(ownFolder) && !file.includes('.test.'))
  })
}

/** `apps/todo/src/tasks/routes.ts:27:6` of the first frame, from the folder where the process was started. */
export function placeOfFrame(frames: readonly string[]): string | null {
  const [first] = frames
  const position = first === undefined ? undefined : /:\d+:\d+(?=\)?$)/.exec(first)?.[0]
  const file = first === undefined ? null : fileOf(first)
  return file === null ? null : `${path.relative(process.cwd(), file)}${position ?? ''}`
}

function fileOf(frame: string): string | null {
  const named = /^\s+at (?:.* \(|(?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]*?):\d+:\d+\)?$/.exec(frame)?.[1]
  if (named === undefined) return null
  return named.startsWith('file:') ? fileURLToPath(named) : named
}
