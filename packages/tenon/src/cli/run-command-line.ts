import { readFile } from 'node:fs/promises'
import { TenonError } from '../core/errors.ts'
import { MistypedError, readArguments } from './arguments.ts'
import { commands } from './commands.ts'
import { describeCommand, describeCommands } from './help.ts'
import { nearest } from './nearest.ts'
import type { Terminal } from './terminal.ts'

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
  return await command.run({ folder, terminal, ...readArguments(command, rest) })
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

function describeError(error: unknown): string {
  if (error instanceof TenonError || error instanceof MistypedError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
