import process from 'node:process'

/** Says on standard error what is going on: on one line of a terminal, and else a line for each step. */
export class Progress {
  readonly #started = performance.now()
  readonly #remarks: string[] = []

  get remarks(): readonly string[] {
    return this.#remarks
  }

  readonly step = (text: string): void => {
    const seconds = String(Math.round((performance.now() - this.#started) / 1000)).padStart(5)
    process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${seconds} s  ${text}` : `${seconds} s  ${text}\n`)
  }

  /** What the results must say as well. */
  readonly remark = (text: string): void => {
    this.#remarks.push(text)
    this.step(text)
    if (process.stderr.isTTY) process.stderr.write('\n')
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  }
}
