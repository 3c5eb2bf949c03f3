import { join } from 'node:path'

const peers = join(import.meta.dirname, 'peers')
export const pythonFolder = join(peers, 'python')
export const peersFolder = peers

export interface Contestant {
  readonly name: string
  readonly title: string
  /** What must be installed before it runs; null: nothing. */
  readonly needs: 'node' | 'python' | null
  /** Folder and arguments; `python` starts Uvicorn from the virtual environment, `node` the Node that runs this. */
  readonly folder: string
  readonly command: readonly string[]
  /** Compiled by TypeScript before it starts, because Node cannot run decorators as they stand. */
  readonly isCompiled?: boolean
  readonly environment?: Readonly<Record<string, string>>
}

function node(name: string, title: string, main = 'main.ts', more: Partial<Contestant> = {}): Contestant {
  return { name, title, needs: 'node', folder: join(peers, name), command: [main], ...more }
}

export const base = 'base'

/** In the order in which they take turns. */
export const contestants: readonly Contestant[] = [
  { name: 'tenon', title: 'Tenon', needs: null, folder: join(import.meta.dirname, 'tenon'), command: ['main.ts'] },
  node(base, 'node:http + pg (base)'),
  node('fastify-pg', 'Fastify + pg'),
  node('fastify-kysely', 'Fastify + Kysely'),
  node('fastify-drizzle', 'Fastify + Drizzle'),
  node('fastify-drizzle-prepared', 'Fastify + Drizzle, prepared'),
  node('hono-drizzle-zod', 'Hono + Drizzle + Zod'),
  node('nestjs-typeorm', 'NestJS + TypeORM', 'dist/main.js', { isCompiled: true }),
  node('adonisjs-lucid', 'AdonisJS + Lucid', 'dist/bin/server.js', { isCompiled: true }),
  {
    name: 'fastapi-sqlmodel',
    title: 'FastAPI + SQLModel + asyncpg',
    needs: 'python',
    folder: pythonFolder,
    command: ['-m', 'uvicorn', 'main:app', '--no-access-log', '--log-level', 'warning', '--port', '$PORT'],
  },
]

export function contestantOf(name: string): Contestant {
  const found = contestants.find((one) => one.name === name)
  if (!found) throw new Error(`Cannot measure ${name}: there is no such contestant.`)
  return found
}
