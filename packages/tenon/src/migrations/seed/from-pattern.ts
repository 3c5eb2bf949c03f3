import { pick, type Random } from './random.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const plain = [...letters, ...letters.toUpperCase(), ...digits]
const named: Readonly<Record<string, readonly string[]>> = {
  alpha: [...letters, ...letters.toUpperCase()],
  digit: [...digits],
  alnum: plain,
  lower: [...letters],
  upper: [...letters.toUpperCase()],
  space: [' '],
  punct: ['-', '.', '_'],
  xdigit: [...digits, ...'abcdef'],
}
const escapes: Readonly<Record<string, readonly string[]>> = {
  d: [...digits],
  w: [...plain, '_'],
  s: [' '],
  D: [...letters],
  W: ['-'],
  S: plain,
}

/** A text for a regular expression of the usual parts. What else it may hold is tried as it stands, so the text may not fit. */
export function fromPattern(pattern: string, random: Random): string {
  return new PatternReader(pattern, random).alternatives()
}

class PatternReader {
  readonly #pattern: string
  readonly #random: Random
  #at = 0

  constructor(pattern: string, random: Random) {
    this.#pattern = pattern
    this.#random = random
  }

  alternatives(): string {
    const options = [this.#sequence()]
    while (this.#take('|')) options.push(this.#sequence())
    return pick(this.#random, options) ?? ''
  }

  #sequence(): string {
    let text = ''
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#peek())) text += this.#repeated()
    return text
  }

  /** An atom is read again for each repetition, so that each is another. */
  #repeated(): string {
    const start = this.#at
    let text = this.#atom()
    const [least, most] = this.#quantifier()
    const end = this.#at
    const times = least + Math.floor(this.#random() * (most - least + 1))
    if (times === 0) return ''
    for (let count = 1; count < times; count++) {
      this.#at = start
      text += this.#atom()
    }
    this.#at = end
    return text
  }

  #quantifier(): readonly [least: number, most: number] {
    if (this.#take('*')) return this.#lazy([0, 3])
    if (this.#take('+')) return this.#lazy([1, 4])
    if (this.#take('?')) return this.#lazy([0, 1])
    const match = /^\{(\d+)(,(\d*))?\}/.exec(this.#pattern.slice(this.#at))
    if (!match) return [1, 1]
    this.#at += match[0].length
    const least = Number(match[1])
    if (match[2] === undefined) return this.#lazy([least, least])
    return this.#lazy([least, match[3] ? Math.min(Number(match[3]), least + 4) : least + 2])
  }

  #lazy(range: readonly [number, number]): readonly [number, number] {
    this.#take('?')
    return range
  }

  #atom(): string {
    if (this.#take('^') || this.#take('$')) return ''
    if (this.#take('.')) return pick(this.#random, plain) ?? 'a'
    if (this.#take('[')) return pick(this.#random, this.#set()) ?? 'a'
    if (this.#take('(')) {
      const group = /^\?[:=!<]*/.exec(this.#pattern.slice(this.#at))
      this.#at += group?.[0].length ?? 0
      const text = this.alternatives()
      this.#take(')')
      return text
    }
    if (this.#take('\\')) return pick(this.#random, this.#escape()) ?? ''
    return this.#next()
  }

  #escape(): readonly string[] {
    const letter = this.#next()
    // Word boundaries and the like take no room.
    return escapes[letter] ?? (/[a-zA-Z]/.test(letter) ? [] : [letter])
  }

  #set(): readonly string[] {
    const isNegated = this.#take('^')
    const found: string[] = []
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#at >= this.#pattern.length) break
      found.push(...this.#setItem())
    }
    this.#take(']')
    return isNegated ? plain.filter((one) => !found.includes(one)) : found
  }

  #setItem(): readonly string[] {
    const name = /^\[:(\w+):\]/.exec(this.#pattern.slice(this.#at))
    if (name) {
      this.#at += name[0].length
      return named[name[1] ?? ''] ?? []
    }
    const [from = '', ...others] = this.#take('\\') ? this.#escape() : [this.#next()]
    if (others.length > 0 || this.#peek() !== '-' || this.#pattern[this.#at + 1] === ']') return [from, ...others]
    this.#at++
    this.#take('\\')
    const to = this.#next()
    const first = from.codePointAt(0) ?? 0
    const count = Math.min((to.codePointAt(0) ?? first) - first + 1, 500)
    return Array.from({ length: Math.max(count, 1) }, (_, index) => String.fromCodePoint(first + index))
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? ''
  }

  #next(): string {
    const letter = this.#peek()
    this.#at++
    return letter
  }

  #take(letter: string): boolean {
    if (this.#peek() !== letter) return false
    this.#at++
    return true
  }
}
