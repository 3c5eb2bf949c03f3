import type { Command } from './command.ts'

/** The list of the commands whose names begin with these words; all of them for none. */
export function describeCommands(commands: readonly Command[], words: readonly string[]): string {
  const prefix = words.join(' ')
  const shown = commands.filter(({ name }) => prefix === '' || name.startsWith(`${prefix} `))
  const width = Math.max(...shown.map((command) => usage(command).length))
  return [
    `Usage: tenon ${[...words, '<command>'].join(' ')}`,
    '',
    ...shown.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`),
    '',
    'Add --help to a command for its options.',
  ].join('\n')
}

/** One command's own help. */
export function describeCommand(command: Command): string {
  const values = Object.entries(command.values ?? {}).map(
    ([name, { value, meaning, short }]) =>
      [`${name} ${value}`, short ? `${meaning} Also -${short}.` : meaning] as const,
  )
  const flags = [...values, ...Object.entries({ ...command.flags, help: 'Show this.' })]
  const width = Math.max(...flags.map(([name]) => name.length))
  return [
    `Usage: tenon ${usage(command)}${command.flags || command.values ? ' [options]' : ''}`,
    '',
    command.summary,
    ...(command.details ?? []),
    '',
    ...flags.map(([name, meaning]) => `  --${name.padEnd(width)}  ${meaning}`),
  ].join('\n')
}

function usage({ name, argument }: Command): string {
  return argument === undefined ? name : `${name} ${argument}`
}
