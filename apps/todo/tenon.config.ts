import { defineConfig } from 'tenon/cli'
import { RefreshFamily } from './src/auth/model.ts'
import { openDriver } from './src/database.ts'
import { processSettings } from './src/settings.ts'
import { Tag } from './src/tags/model.ts'
import { Task, TaskTagLink } from './src/tasks/model.ts'
import { User } from './src/users/model.ts'

export const config = defineConfig({
  entry: './src/main.ts',
  migrations: './migrations',
  models: [RefreshFamily, Tag, Task, TaskTagLink, User],
  unmanaged: [],
  open: () => openDriver(processSettings()),
})
