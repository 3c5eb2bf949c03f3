// AdonisJS with Lucid, laid out as its API starter kit.
import 'reflect-metadata'
import { Ignitor } from '@adonisjs/core'
import pg from 'pg'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const root = new URL('../', import.meta.url)
process.env.HOST = '127.0.0.1'

await new Ignitor(root, { importer: (path) => import(path.startsWith('.') ? new URL(path, root).href : path) })
  .tap((app) => {
    app.listen('SIGTERM', () => app.terminate())
  })
  .httpServer()
  .start()
