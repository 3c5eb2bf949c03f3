import { migrateUpgrade, type Terminal } from 'tenon/cli'

/** Does what `tenon migrate upgrade` does. `processTerminal()` is the terminal of this process. */
export async function upgradeTodo(folder: string, terminal: Terminal) {
  await migrateUpgrade({ folder, terminal })
}
