import type { Command } from './command.ts'
import { dev } from './commands/dev.ts'
import { migrateCommands } from './migrate-commands.ts'

/** Every command of `tenon`, in the order of its help. */
export const commands: readonly Command[] = [
  {
    name: 'dev',
    summary: 'Run the application and restart it when a file changes.',
    run: ({ folder, terminal }) => dev({ folder, terminal }),
  },
  ...migrateCommands,
]
