import { parseArgs } from 'node:util'
import type { Command, Invocation } from './command.ts'
import { nearest } from './nearest.ts'

/** Somebody mistyped: one line, exit code 2. */
export class MistypedError extends Error {}

/** Reads what stands behind a command's name. Throws MistypedError. */
export function readArguments(
  command: Command,
  rest: readonly string[],
): Pick<Invocation, 'argument' | 'texts' | 'flags' | 'values'> {
  const options = Object.entries(command.values ?? {}).map(
    ([name, { short }]) => [name, { type: 'string' as const, ...(short !== undefined && { short }) }] as const,
  )
  // parseArgs takes -1 for an option.
  const isNumber = (word: string) => /^-\d+$/.test(word)
  const { tokens } = parseArgs({
    args: rest.filter((word) => !isNumber(word)),
    options: Object.fromEntries(options),
    strict: false,
    tokens: true,
  })
  const flags = new Set<string>()
  const values = new Map<string, string[]>()
  const texts = rest.filter(isNumber)
  for (const token of tokens) {
    if (token.kind === 'positional') texts.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    if (command.values?.[name]) values.set(name, [...(values.get(name) ?? []), readValue(command, name, value)])
    else if (!command.flags?.[name]) throw unknownOption(command, rawName)
    else if (value !== undefined) throw new MistypedError(`Cannot give --${name} a value: it takes none.`)
    else flags.add(name)
  }
  const surplus = texts[command.argument === undefined ? 0 : (command.takes ?? 1)]
  if (surplus !== undefined)
    throw new MistypedError(`Cannot take "${surplus}" after tenon ${command.name}: nothing more may follow.`)
  return { argument: texts[0], texts, flags, values }
}

function readValue(command: Command, name: string, given: string | undefined): string {
  const { value = '' } = command.values?.[name] ?? {}
  if (given === undefined || given === '') {
    throw new MistypedError(`Cannot take --${name} without a value. Write --${name} ${value}.`)
  }
  const allowed = value.includes('|') ? value.slice(1, -1).split('|') : [given]
  if (allowed.includes(given)) return given
  throw new MistypedError(`Cannot take --${name} ${given}: it is ${allowed.join(' or ')}.`)
}

function unknownOption(command: Command, given: string): MistypedError {
  const known = [...Object.keys(command.flags ?? {}), ...Object.keys(command.values ?? {}), 'help']
  const guess = nearest(given.replace(/^-+/, ''), known)
  const advice = guess ? `Did you mean --${guess}?` : `See tenon ${command.name} --help.`
  return new MistypedError(`Cannot run tenon ${command.name} with ${given}: it has no such option. ${advice}`)
}
