const flushAfter = 10
const keptAtMost = 65_536

/**
 * The lines of a log on their way to the standard output. They are written together, 10 ms later at most, because a
 * write for each costs as much as all else that Tenon does for a request; and at the process's end.
 */
class Lines {
  #text = ''
  #timer: NodeJS.Timeout | undefined

  constructor() {
    process.on('exit', () => this.flush())
  }

  add(line: string): void {
    this.#text += line
    if (this.#text.length > keptAtMost) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), flushAfter).unref()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = this.#text
    this.#text = ''
    if (text !== '') process.stdout.write(text)
  }
}

let lines: Lines | undefined

/** Writes a line to the standard output, soon. */
export function toOutput(line: string): void {
  lines ??= new Lines()
  lines.add(line)
}
