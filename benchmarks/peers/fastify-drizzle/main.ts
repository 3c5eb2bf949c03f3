// Fastify with Drizzle: the query builder, and relational queries for the tags.
import { and, asc, count, desc, eq, gt, ilike, or } from 'drizzle-orm'
import { fastify } from 'fastify'
import { db, tasks, withDate, withoutLinks } from '../drizzle/schema.ts'
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

const app = fastify()

app.get<Behind>('/tasks', { schema: schemas.thousand }, ({ query }) =>
  db.select().from(tasks).where(gt(tasks.id, query.after)).orderBy(asc(tasks.id)).limit(query.limit),
)

app.get<One>('/tasks/:id', { schema: schemas.one }, async ({ params }, reply) => {
  const [task] = await db.select().from(tasks).where(eq(tasks.id, params.id))
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

app.patch<Update>('/tasks/:id', { schema: schemas.update }, async ({ params, body }, reply) => {
  const [task] = await db.update(tasks).set(withDate(body)).where(eq(tasks.id, params.id)).returning()
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

app.get<Page>('/users/:id/tasks', { schema: schemas.list }, async ({ params, query }) => {
  const { page, limit } = query
  const owned = eq(tasks.user_id, params.id)
  const [[counted], items] = await Promise.all([
    db.select({ total: count() }).from(tasks).where(owned),
    db
      .select()
      .from(tasks)
      .where(owned)
      .orderBy(desc(tasks.id))
      .limit(limit)
      .offset((page - 1) * limit),
  ])
  return toPage(items, counted?.total ?? 0, query)
})

app.get<Limited>('/users/:id/tagged', { schema: schemas.tagged }, async ({ params, query }) => {
  const found = await db.query.tasks.findMany({
    where: eq(tasks.user_id, params.id),
    orderBy: desc(tasks.id),
    limit: query.limit,
    with: { taskTags: { columns: {}, with: { tag: true }, orderBy: (link) => asc(link.tag_id) } },
  })
  return found.map(withoutLinks)
})

app.get<Search>('/users/:id/search', { schema: schemas.search }, async ({ params, query }) => {
  const { page, limit, completed, priority } = query
  const pattern = toPattern(query.q)
  const found = and(
    eq(tasks.user_id, params.id),
    eq(tasks.completed, completed),
    eq(tasks.priority, priority),
    or(ilike(tasks.title, pattern), ilike(tasks.description, pattern)),
  )
  const [[counted], items] = await Promise.all([
    db.select({ total: count() }).from(tasks).where(found),
    db
      .select()
      .from(tasks)
      .where(found)
      .orderBy(desc(tasks.id))
      .limit(limit)
      .offset((page - 1) * limit),
  ])
  return toPage(items, counted?.total ?? 0, query)
})

app.post<Insert>('/users/:id/tasks', { schema: schemas.insert }, async ({ params, body }, reply) => {
  const { title, ...others } = withDate(body)
  const [task] = await db
    .insert(tasks)
    .values({ ...others, title, user_id: params.id })
    .returning()
  return reply.code(201).send(task)
})

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
