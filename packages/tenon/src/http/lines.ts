const flushAfter = 10
const keptAtMost = 65_536
const bytesOfCharacter = 3

/**
 * The lines of a log on their way to the standard output. They are written together, 10 ms later at most, because a
 * write for each costs as much as all else that Tenon does for a request; and at the process's end.
 */
class Lines {
  readonly #bytes = Buffer.allocUnsafeSlow(keptAtMost)
  #used = 0
  #timer: NodeJS.Timeout | undefined

  constructor() {
    process.on('exit', () => this.flush())
  }

  // Each line is encoded when it comes, while its parts are in the processor's cache.
  add(line: string): void {
    const most = line.length * bytesOfCharacter
    if (most > keptAtMost - this.#used) this.flush()
    if (most > keptAtMost) process.stdout.write(line)
    else this.#used += this.#bytes.write(line, this.#used)
    if (this.#used > 0) this.#timer ??= setTimeout(() => this.flush(), flushAfter).unref()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#used > 0) process.stdout.write(Buffer.from(this.#bytes.subarray(0, this.#used)))
    this.#used = 0
  }
}

let lines: Lines | undefined

/** Writes a line to the standard output, soon. */
export function toOutput(line: string): void {
  lines ??= new Lines()
  lines.add(line)
}
