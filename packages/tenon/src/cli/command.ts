import type { Terminal } from './terminal.ts'

/** What a command is asked to do. */
export interface Invocation {
  /** The application's folder. */
  readonly folder: string
  readonly terminal: Terminal
  /** The text after the command's name. */
  readonly argument: string | undefined
  /** The options given, without their dashes. */
  readonly flags: ReadonlySet<string>
}

/** A command as the command line knows it; what it does is a public function of its own. */
export interface Command {
  /** `migrate upgrade` */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What may follow the name: `[head|+1|id]`; nothing may unless given. */
  readonly argument?: string
  /** Further lines for its own help. */
  readonly details?: readonly string[]
  /** Its options without their dashes, and what each does. */
  readonly flags?: Readonly<Record<string, string>>
  /** Resolves to the exit code. */
  run(invocation: Invocation): Promise<number>
}
