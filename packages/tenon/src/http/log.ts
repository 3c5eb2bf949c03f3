import { type Logger as Pino, pino } from 'pino'
import { toJsonText } from '../model/writer.ts'
import { toOutput } from './lines.ts'

export interface LogOptions {
  /** pino's levels; `silent` turns it off. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** `json` for machines: one object a line. `text` for a person at a terminal. */
  readonly format: 'json' | 'text'
  /** Takes each line; the standard output unless given. */
  readonly write?: (line: string) => void
}

/** Writes into the log, with the id of the request at hand. */
export interface Logger {
  debug(fields: object, message?: string): void
  info(fields: object, message?: string): void
  warn(fields: object, message?: string): void
  error(fields: object, message?: string): void
}

// Whoever logs a request, its headers or a body by hand must not give secrets away.
const secrets = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'access_token',
  'refresh_token',
  'token',
  'secret',
]
const paths = secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

/** The application's logger, by pino. */
export function loggerOf({ level, format, write = toOutput }: LogOptions): Pino {
  const redact = { paths, censor: '[hidden]' }
  return pino({ level, redact, base: null }, { write: format === 'json' ? write : (line) => writeText(line, write) })
}

/** What an answer was, for its line in the log. */
export interface Answered {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly route: string | undefined
  readonly status: number
  readonly milliseconds: number
}

const information = 30

/** Writes the line of each answer; null where the level leaves it out. By hand, because it has nothing to hide or to look up. */
export function answerLog({ level, format, write = toOutput }: LogOptions): ((answered: Answered) => void) | null {
  if (level !== 'info' && level !== 'debug') return null
  if (format === 'json') return (answered) => write(`${toLine(answered)}\n`)
  return (answered) => write(`${toText({ level: information, time: Date.now(), ...answered })}\n`)
}

function toLine({ id, method, path, route, status, milliseconds }: Answered): string {
  const named = route === undefined ? '' : `"route":${toJsonText(route)},`
  return (
    `{"level":${information},"time":${Date.now()},"reqId":${toJsonText(id)},"method":"${method}","path":${toJsonText(path)},` +
    `${named}"status":${status},"milliseconds":${milliseconds},"msg":"answered"}`
  )
}

/** The logger of one request. pino's own is made when something is first logged, which most requests never do. */
export class RequestLog {
  readonly #parent: Pino
  readonly #bindings: Record<string, unknown>
  #own: Pino | undefined

  constructor(parent: Pino, bindings: Record<string, unknown>) {
    this.#parent = parent
    this.#bindings = bindings
  }

  get #logger(): Pino {
    this.#own ??= this.#parent.child(this.#bindings)
    return this.#own
  }

  get level(): string {
    return this.#parent.level
  }

  child(bindings: Record<string, unknown>): Pino {
    return this.#logger.child(bindings)
  }

  trace(...given: [object, string?]): void {
    this.#logger.trace(...given)
  }

  debug(...given: [object, string?]): void {
    this.#logger.debug(...given)
  }

  info(...given: [object, string?]): void {
    this.#logger.info(...given)
  }

  warn(...given: [object, string?]): void {
    this.#logger.warn(...given)
  }

  error(...given: [object, string?]): void {
    this.#logger.error(...given)
  }

  fatal(...given: [object, string?]): void {
    this.#logger.fatal(...given)
  }

  silent(): void {}
}

interface Entry {
  readonly level: number
  readonly time: number
  readonly msg?: string
  readonly method?: string
  readonly path?: string
  readonly status?: number
  readonly milliseconds?: number
  readonly reason?: string
  readonly err?: { readonly stack?: string }
}

const warning = 40

/** `12:03:11 POST /api/v1/tasks 201 3.2 ms`; of what is no answer only warnings and errors, for a person at a terminal. */
function writeText(line: string, write: (line: string) => void) {
  const entry = JSON.parse(line) as Entry
  if (entry.status !== undefined || entry.level >= warning) write(`${toText(entry)}\n`)
}

function toText(entry: Entry): string {
  const time = new Date(entry.time).toTimeString().slice(0, 8)
  const stack = entry.err?.stack ? `\n${entry.err.stack}` : ''
  const reason = entry.reason && entry.reason !== entry.msg ? ` ${entry.reason}` : ''
  if (entry.status === undefined) return `${time} ${entry.msg ?? ''}${reason}${stack}`
  return `${time} ${entry.method} ${entry.path} ${painted(entry.status)} ${entry.milliseconds} ms${stack}`
}

function painted(status: number): string {
  if (!process.stdout.isTTY || process.env.NO_COLOR) return String(status)
  const colour = status < 400 ? 32 : status < 500 ? 33 : 31
  return `\u001b[${colour}m${status}\u001b[0m`
}
