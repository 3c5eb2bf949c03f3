import { defineConfig } from 'tenon/cli'
import { openPglite } from 'tenon/database'

export const config = defineConfig({
  entry: '../../notes/app.ts',
  migrations: '../../notes/migrations',
  open: () => openPglite(),
})
