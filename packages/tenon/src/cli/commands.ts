import type { Command } from './command.ts'
import { dev } from './commands/dev.ts'
import { migrateCurrent, migrateDowngrade, migrateHistory, migrateUpgrade } from './commands/migrate.ts'

/** Every command of `tenon`, in the order of its help. */
export const commands: readonly Command[] = [
  {
    name: 'dev',
    summary: 'Run the application and restart it when a file changes.',
    run: ({ folder, terminal }) => dev({ folder, terminal }),
  },
  {
    name: 'migrate upgrade',
    summary: 'Apply pending revisions.',
    argument: '[head|+N|revision]',
    details: ['head (the default): all of them. +2: the next two. A revision: up to it, by a part of its name.'],
    run: async ({ folder, terminal, argument }) => {
      await migrateUpgrade({ folder, terminal, ...(argument !== undefined && { target: argument }) })
      return 0
    },
  },
  {
    name: 'migrate downgrade',
    summary: 'Take applied revisions back, with the data they hold.',
    argument: '[-N|base|revision]',
    details: ['-1 (the default): the latest. base: all of them. A revision: those after it, by a part of its name.'],
    flags: { yes: 'Do not ask.' },
    run: async ({ folder, terminal, argument, flags }) => {
      const yes = flags.has('yes')
      await migrateDowngrade({ folder, terminal, yes, ...(argument !== undefined && { target: argument }) })
      return 0
    },
  },
  {
    name: 'migrate current',
    summary: 'Show where the database stands.',
    flags: { json: 'Print JSON.' },
    run: async ({ folder, terminal, flags }) => {
      await migrateCurrent({ folder, terminal, json: flags.has('json') })
      return 0
    },
  },
  {
    name: 'migrate history',
    summary: 'List the revisions, and which are applied.',
    flags: { json: 'Print JSON.' },
    run: async ({ folder, terminal, flags }) => {
      await migrateHistory({ folder, terminal, json: flags.has('json') })
      return 0
    },
  },
]
