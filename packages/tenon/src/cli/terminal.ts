import { createInterface } from 'node:readline/promises'
import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

/** Where a command writes to and asks. */
export interface Terminal {
  /** Somebody is there to answer a question. */
  readonly isInteractive: boolean
  write(line: string): void
  /** For what goes wrong. */
  complain(line: string): void
  /** Coloured where the output is a terminal that wants it (NO_COLOR, FORCE_COLOR). */
  paint(style: Style, text: string): string
  /** Only `y` and `yes` are a yes. */
  confirm(question: string): Promise<boolean>
}

/** This process's own standard streams. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process
  return {
    isInteractive: stdin.isTTY === true && stdout.isTTY === true,
    write: (line) => stdout.write(`${line}\n`),
    complain: (line) => stderr.write(`${line}\n`),
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    confirm: async (question) => {
      const reader = createInterface({ input: stdin, output: stdout })
      try {
        return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim())
      } finally {
        reader.close()
      }
    },
  }
}

/** `12 ms`, `1.3 s`, `2 min 5 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `1 revision`, `2 revisions` */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
