import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { TenonError } from '../core/errors.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { describeCommand, describeCommands } from './help.ts'
import { nearest } from './nearest.ts'
import type { Terminal } from './terminal.ts'

/** Somebody mistyped: one line, exit code 2. */
class MistypedError extends Error {}

/**
 * Runs `tenon <words>` in the folder of an application. Resolves to the exit code: 0, 1 after a failure, 2 for a
 * command or option that there is not. Errors that say what to do are printed alone, others with their stack.
 */
export async function runCommandLine(words: readonly string[], folder: string, terminal: Terminal): Promise<number> {
  try {
    return await dispatch(words, folder, terminal)
  } catch (error) {
    terminal.complain(describeError(error))
    return error instanceof MistypedError ? 2 : 1
  }
}

async function dispatch(words: readonly string[], folder: string, terminal: Terminal): Promise<number> {
  const { name, rest } = splitName(words)
  const command = commands.find((candidate) => candidate.name === name.join(' '))
  if (command === undefined) {
    if (rest[0] === '--version' && name.length === 0) terminal.write(await version())
    else if (isGroup(name) && (rest.length === 0 || isHelp(rest))) terminal.write(describeCommands(commands, name))
    else throw unknownCommand(name, rest)
    return 0
  }
  if (isHelp(rest)) {
    terminal.write(describeCommand(command))
    return 0
  }
  return await command.run({ folder, terminal, ...readRest(command, rest) })
}

/** As many words as are the beginning of a command's name. */
function splitName(words: readonly string[]): { name: readonly string[]; rest: readonly string[] } {
  let length = 0
  while (length < words.length && isBeginning(words.slice(0, length + 1))) length++
  return { name: words.slice(0, length), rest: words.slice(length) }
}

function isBeginning(words: readonly string[]): boolean {
  return commands.some(({ name }) => `${name} `.startsWith(`${words.join(' ')} `))
}

function isGroup(name: readonly string[]): boolean {
  return name.length === 0 || isBeginning(name)
}

function isHelp(rest: readonly string[]): boolean {
  return rest.includes('--help') || rest.includes('-h') || rest[0] === 'help'
}

function readRest(command: Command, rest: readonly string[]) {
  const flags = Object.keys(command.flags ?? {})
  // parseArgs takes -1 for an option.
  const isNumber = (word: string) => /^-\d+$/.test(word)
  const { tokens } = parseArgs({ args: rest.filter((word) => !isNumber(word)), strict: false, tokens: true })
  const given = new Set<string>()
  const texts = rest.filter(isNumber)
  for (const token of tokens) {
    if (token.kind === 'positional') texts.push(token.value)
    if (token.kind !== 'option') continue
    if (!flags.includes(token.name)) throw unknownOption(command, token.rawName, flags)
    if (token.value !== undefined) throw new MistypedError(`Cannot give --${token.name} a value: it takes none.`)
    given.add(token.name)
  }
  const [argument, surplus] = texts
  const first = command.argument === undefined ? argument : surplus
  if (first !== undefined)
    throw new MistypedError(`Cannot take "${first}" after tenon ${command.name}: nothing more may follow.`)
  return { argument, flags: given }
}

function unknownCommand(name: readonly string[], rest: readonly string[]): MistypedError {
  const [word = ''] = rest
  const candidates = commands
    .filter((command) => name.length === 0 || command.name.startsWith(`${name.join(' ')} `))
    .map((command) => command.name.split(' ')[name.length] ?? '')
  if (word.startsWith('-')) candidates.push('--help', '--version')
  const guess = nearest(word, [...new Set(candidates)])
  const given = ['tenon', ...name, word].join(' ')
  const advice = guess ? `Did you mean ${['tenon', ...name, guess].join(' ')}?` : 'See tenon --help.'
  return new MistypedError(
    `Cannot run ${given}: there is no such ${word.startsWith('-') ? 'option' : 'command'}. ${advice}`,
  )
}

function unknownOption(command: Command, given: string, flags: readonly string[]): MistypedError {
  const guess = nearest(given.replace(/^-+/, ''), [...flags, 'help'])
  const advice = guess ? `Did you mean --${guess}?` : `See tenon ${command.name} --help.`
  return new MistypedError(`Cannot run tenon ${command.name} with ${given}: it has no such option. ${advice}`)
}

function describeError(error: unknown): string {
  if (error instanceof TenonError || error instanceof MistypedError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
