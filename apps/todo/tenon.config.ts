import { defineConfig } from 'tenon/cli'
import { openDriver } from './src/database.ts'
import { processSettings } from './src/settings.ts'

export const config = defineConfig({
  entry: './src/main.ts',
  migrations: './migrations',
  open: () => openDriver(processSettings()),
})
