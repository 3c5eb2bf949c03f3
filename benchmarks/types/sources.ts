/** The model and four routes of one resource, as each stack writes them; the number keeps names apart. */
export interface TypeContestant {
  readonly title: string
  /** Where its packages are found, from benchmarks/. */
  readonly folder: string
  readonly source: (number: number) => string
}

const tenon = (n: number) => `
import { Database } from 'tenon/database'
import { created, dependency, errorOf, page, pageQuery, router } from 'tenon/http'
import { boolean, identity, Model, now, oneOf, text, timestamp } from 'tenon/model'

declare const opened: Database
const database = dependency({}, () => opened)

export class Task${n} extends Model('tasks${n}', {
  id: identity(),
  title: text({ min: 1, max: 200, trim: true }),
  description: text({ max: 1000 }).nullable(),
  completed: boolean().default(false),
  priority: oneOf('low', 'medium', 'high').default('medium'),
  due_date: timestamp().nullable(),
  created_at: timestamp().default(now).readOnly(),
}) {}
class NotFound extends errorOf(404, 'NOT_FOUND_${n}', 'There is none.') {}

export const routes = router('/tasks${n}', { uses: { db: database } })
routes.get('/', { query: pageQuery(), returns: page(Task${n}.public) }, ({ db, query }) =>
  db.select(Task${n}).order({ id: 'desc' }).page(query),
)
routes.get('/{id:int}', { returns: Task${n}.public, throws: [NotFound] }, ({ db, params }) =>
  db.find(Task${n}, params.id).one(NotFound),
)
routes.post('/', { body: Task${n}.create, returns: created(Task${n}.public) }, ({ db, body }) => db.insert(Task${n}, body))
routes.patch('/{id:int}', { body: Task${n}.update, returns: Task${n}.public, throws: [NotFound] }, ({ db, params, body }) =>
  db.update(Task${n}, body).where({ id: params.id }).one(NotFound),
)
`

const page = (items: string) => `{ items: ${items}, total, page, limit, pages: Math.ceil(total / limit) }`

const hono = (n: number) => `
import { zValidator } from '@hono/zod-validator'
import { count, desc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, boolean, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { Hono } from 'hono'
import { z } from 'zod'

const db = drizzle('postgres://')
export const tasks${n} = pgTable('tasks${n}', {
  id: bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  title: text().notNull(),
  description: text(),
  completed: boolean().notNull().default(false),
  priority: text({ enum: ['low', 'medium', 'high'] }).notNull().default('medium'),
  due_date: timestamp({ withTimezone: true }),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
})
const Create = z.object({
  title: z.string().trim().min(1).max(200),
  description: z.string().max(1000).nullish(),
  completed: z.boolean().default(false),
  priority: z.enum(['low', 'medium', 'high']).default('medium'),
  due_date: z.coerce.date().nullish(),
})
const Update = Create.partial()
const Task = z.object({
  id: z.int(),
  title: z.string(),
  description: z.string().nullable(),
  completed: z.boolean(),
  priority: z.enum(['low', 'medium', 'high']),
  due_date: z.date().nullable(),
  created_at: z.date(),
})
const Page = z.object({ items: z.array(Task), total: z.int(), page: z.int(), limit: z.int(), pages: z.int() })
const id = zValidator('param', z.object({ id: z.coerce.number().int() }))
const query = zValidator('query', z.object({ page: z.coerce.number().default(1), limit: z.coerce.number().default(20) }))

export const app = new Hono()
app.get('/tasks${n}', query, async (context) => {
  const { page, limit } = context.req.valid('query')
  const [counted] = await db.select({ total: count() }).from(tasks${n})
  const total = counted?.total ?? 0
  const items = await db.select().from(tasks${n}).orderBy(desc(tasks${n}.id)).limit(limit).offset((page - 1) * limit)
  return context.json(Page.parse(${page('items')}))
})
app.get('/tasks${n}/:id', id, async (context) => {
  const [task] = await db.select().from(tasks${n}).where(eq(tasks${n}.id, context.req.valid('param').id))
  return task ? context.json(Task.parse(task)) : context.json({ detail: 'There is none.' }, 404)
})
app.post('/tasks${n}', zValidator('json', Create), async (context) => {
  const [task] = await db.insert(tasks${n}).values(context.req.valid('json')).returning()
  return context.json(Task.parse(task), 201)
})
app.patch('/tasks${n}/:id', id, zValidator('json', Update), async (context) => {
  const changes = context.req.valid('json')
  const [task] = await db.update(tasks${n}).set(changes).where(eq(tasks${n}.id, context.req.valid('param').id)).returning()
  return task ? context.json(Task.parse(task)) : context.json({ detail: 'There is none.' }, 404)
})
`

const kysely = (n: number) => `
import type { FastifyInstance } from 'fastify'
import type { ColumnType, Generated, Kysely } from 'kysely'

interface Table {
  id: Generated<number>
  title: string
  description: string | null
  completed: Generated<boolean>
  priority: Generated<'low' | 'medium' | 'high'>
  due_date: ColumnType<Date | null, string | null | undefined, string | null>
  created_at: ColumnType<Date, never, never>
}
interface Body {
  title: string
  description?: string | null
  completed?: boolean
  priority?: 'low' | 'medium' | 'high'
  due_date?: string | null
}
const schema = { params: { type: 'object', properties: { id: { type: 'integer' } } } }

export function routes(app: FastifyInstance, db: Kysely<{ tasks${n}: Table }>) {
  app.get<{ Querystring: { page: number; limit: number } }>('/tasks${n}', async ({ query: { page, limit } }) => {
    const counted = db.selectFrom('tasks${n}').select(({ fn }) => fn.countAll<number>().as('total'))
    const { total } = await counted.executeTakeFirstOrThrow()
    const found = db.selectFrom('tasks${n}').selectAll().orderBy('id', 'desc').limit(limit).offset((page - 1) * limit)
    return ${page('await found.execute()')}
  })
  app.get<{ Params: { id: number } }>('/tasks${n}/:id', { schema }, ({ params }) =>
    db.selectFrom('tasks${n}').selectAll().where('id', '=', params.id).executeTakeFirst(),
  )
  app.post<{ Body: Body }>('/tasks${n}', ({ body }) =>
    db.insertInto('tasks${n}').values(body).returningAll().executeTakeFirstOrThrow(),
  )
  app.patch<{ Params: { id: number }; Body: Partial<Body> }>('/tasks${n}/:id', { schema }, ({ params, body }) =>
    db.updateTable('tasks${n}').set(body).where('id', '=', params.id).returningAll().executeTakeFirst(),
  )
}
`

export const typeContestants: readonly TypeContestant[] = [
  { title: 'Fastify + Kysely (base)', folder: 'peers/.generated', source: kysely },
  { title: 'Tenon', folder: '.generated', source: tenon },
  { title: 'Hono + Drizzle + Zod', folder: 'peers/.generated', source: hono },
]
