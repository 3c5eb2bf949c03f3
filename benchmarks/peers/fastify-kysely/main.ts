// Fastify with Kysely, relations by its helpers for PostgreSQL.
import { fastify } from 'fastify'
import { type ColumnType, type Generated, Kysely, PostgresDialect } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { Pool, types } from 'pg'
import { schemas } from '../fastify/schemas.ts'
import {
  type Behind,
  type Insert,
  type Limited,
  type One,
  type Page,
  type Search,
  toPage,
  toPattern,
  type Update,
} from '../fastify/types.ts'

interface Tables {
  tasks: {
    id: Generated<number>
    title: string
    description: string | null
    completed: Generated<boolean>
    priority: Generated<'low' | 'medium' | 'high'>
    due_date: ColumnType<Date | null, string | null | undefined, string | null>
    user_id: number
    created_at: ColumnType<Date, never, never>
  }
  tags: { id: Generated<number>; name: string }
  task_tags: { task_id: number; tag_id: number }
}

types.setTypeParser(types.builtins.INT8, Number)
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 })
const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })

const app = fastify()

app.get<Behind>('/tasks', { schema: schemas.thousand }, ({ query }) =>
  db.selectFrom('tasks').selectAll().where('id', '>', query.after).orderBy('id').limit(query.limit).execute(),
)

app.get<One>('/tasks/:id', { schema: schemas.one }, async ({ params }, reply) => {
  const task = await db.selectFrom('tasks').selectAll().where('id', '=', params.id).executeTakeFirst()
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

app.patch<Update>('/tasks/:id', { schema: schemas.update }, async ({ params, body }, reply) => {
  const task = await db.updateTable('tasks').set(body).where('id', '=', params.id).returningAll().executeTakeFirst()
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

app.get<Page>('/users/:id/tasks', { schema: schemas.list }, async ({ params, query }) => {
  const { page, limit } = query
  const found = db.selectFrom('tasks').where('user_id', '=', params.id)
  const [{ total }, items] = await Promise.all([
    found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    found
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit)
      .offset((page - 1) * limit)
      .execute(),
  ])
  return toPage(items, total, query)
})

app.get<Limited>('/users/:id/tagged', { schema: schemas.tagged }, ({ params, query }) =>
  db
    .selectFrom('tasks')
    .selectAll('tasks')
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('task_tags')
          .innerJoin('tags', 'tags.id', 'task_tags.tag_id')
          .select(['tags.id', 'tags.name'])
          .whereRef('task_tags.task_id', '=', 'tasks.id')
          .orderBy('tags.id'),
      ).as('tags'),
    )
    .where('user_id', '=', params.id)
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute(),
)

app.get<Search>('/users/:id/search', { schema: schemas.search }, async ({ params, query }) => {
  const { page, limit, completed, priority } = query
  const pattern = toPattern(query.q)
  const found = db
    .selectFrom('tasks')
    .where('user_id', '=', params.id)
    .where('completed', '=', completed)
    .where('priority', '=', priority)
    .where((eb) => eb.or([eb('title', 'ilike', pattern), eb('description', 'ilike', pattern)]))
  const [{ total }, items] = await Promise.all([
    found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    found
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit)
      .offset((page - 1) * limit)
      .execute(),
  ])
  return toPage(items, total, query)
})

app.post<Insert>('/users/:id/tasks', { schema: schemas.insert }, async ({ params, body }, reply) => {
  const values = { ...body, user_id: params.id }
  return reply.code(201).send(await db.insertInto('tasks').values(values).returningAll().executeTakeFirstOrThrow())
})

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
