import type { Terminal } from './terminal.ts'

/** What a command is asked to do. */
export interface Invocation {
  /** The application's folder. */
  readonly folder: string
  readonly terminal: Terminal
  /** The text after the command's name. */
  readonly argument: string | undefined
  /** All texts after it, where the command takes several. */
  readonly texts: readonly string[]
  /** The options given, without their dashes. */
  readonly flags: ReadonlySet<string>
  /** The options given that have a value; where one was given twice, both. */
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** An option with a value. */
export interface ValueOption {
  /** What stands for the value in its help: `<text>`; `<a|b>` allows these alone. */
  readonly value: string
  readonly meaning: string
  /** One letter: `m` for `-m`. */
  readonly short?: string
}

/** A command as the command line knows it; what it does is a public function of its own. */
export interface Command {
  /** `migrate upgrade` */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What may follow the name: `[head|+1|id]`; nothing may unless given. */
  readonly argument?: string
  /** How many texts may follow; one unless given. */
  readonly takes?: number
  /** Further lines for its own help. */
  readonly details?: readonly string[]
  /** Its options without their dashes, and what each does. */
  readonly flags?: Readonly<Record<string, string>>
  readonly values?: Readonly<Record<string, ValueOption>>
  /** Resolves to the exit code. */
  run(invocation: Invocation): Promise<number>
}
