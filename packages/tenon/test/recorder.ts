import type { Terminal } from '../src/cli/terminal.ts'

/** Remembers what was written, and answers questions. */
export class Recorder implements Terminal {
  readonly isInteractive: boolean
  readonly lines: string[] = []
  readonly complaints: string[] = []
  readonly #answer: boolean

  constructor(answer?: boolean) {
    this.isInteractive = answer !== undefined
    this.#answer = answer ?? false
  }

  write(line: string): void {
    this.lines.push(line)
  }

  complain(line: string): void {
    this.complaints.push(line)
  }

  paint(_: string, text: string): string {
    return text
  }

  async confirm(question: string): Promise<boolean> {
    this.lines.push(question)
    return this.#answer
  }
}
