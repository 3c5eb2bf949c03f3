// Fastify with Drizzle's prepared statements, which its documentation recommends where speed matters.
import { and, asc, count, desc, eq, gt, ilike, or, sql } from 'drizzle-orm'
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

const value = sql.placeholder
const owned = eq(tasks.user_id, value('user'))
const found = and(
  owned,
  eq(tasks.completed, value('completed')),
  eq(tasks.priority, value('priority')),
  or(ilike(tasks.title, value('pattern')), ilike(tasks.description, value('pattern'))),
)

const statements = {
  thousand: db
    .select()
    .from(tasks)
    .where(gt(tasks.id, value('after')))
    .orderBy(asc(tasks.id))
    .limit(value('limit'))
    .prepare('thousand'),
  one: db
    .select()
    .from(tasks)
    .where(eq(tasks.id, value('id')))
    .prepare('one'),
  count: db.select({ total: count() }).from(tasks).where(owned).prepare('count'),
  list: db
    .select()
    .from(tasks)
    .where(owned)
    .orderBy(desc(tasks.id))
    .limit(value('limit'))
    .offset(value('offset'))
    .prepare('list'),
  tagged: db.query.tasks
    .findMany({
      where: owned,
      orderBy: desc(tasks.id),
      limit: value('limit'),
      with: { taskTags: { columns: {}, with: { tag: true }, orderBy: (link) => asc(link.tag_id) } },
    })
    .prepare('tagged'),
  countFound: db.select({ total: count() }).from(tasks).where(found).prepare('countFound'),
  search: db
    .select()
    .from(tasks)
    .where(found)
    .orderBy(desc(tasks.id))
    .limit(value('limit'))
    .offset(value('offset'))
    .prepare('search'),
  insert: db
    .insert(tasks)
    .values({
      title: value('title'),
      description: value('description'),
      completed: value('completed'),
      priority: value('priority'),
      due_date: value('due_date'),
      user_id: value('user'),
    })
    .returning()
    .prepare('insert'),
}

const app = fastify()

app.get<Behind>('/tasks', { schema: schemas.thousand }, ({ query }) => statements.thousand.execute({ ...query }))

app.get<One>('/tasks/:id', { schema: schemas.one }, async ({ params }, reply) => {
  const [task] = await statements.one.execute({ id: params.id })
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

// Which columns change is known only when the body is there, so this one cannot be prepared ahead.
app.patch<Update>('/tasks/:id', { schema: schemas.update }, async ({ params, body }, reply) => {
  const [task] = await db.update(tasks).set(withDate(body)).where(eq(tasks.id, params.id)).returning()
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

app.get<Page>('/users/:id/tasks', { schema: schemas.list }, async ({ params, query }) => {
  const values = { user: params.id, limit: query.limit, offset: (query.page - 1) * query.limit }
  const [[counted], items] = await Promise.all([statements.count.execute(values), statements.list.execute(values)])
  return toPage(items, counted?.total ?? 0, query)
})

app.get<Limited>('/users/:id/tagged', { schema: schemas.tagged }, async ({ params, query }) => {
  const tagged = await statements.tagged.execute({ user: params.id, limit: query.limit })
  return tagged.map(withoutLinks)
})

app.get<Search>('/users/:id/search', { schema: schemas.search }, async ({ params, query }) => {
  const { page, limit, completed, priority } = query
  const values = {
    user: params.id,
    completed,
    priority,
    pattern: toPattern(query.q),
    limit,
    offset: (page - 1) * limit,
  }
  const [[counted], items] = await Promise.all([
    statements.countFound.execute(values),
    statements.search.execute(values),
  ])
  return toPage(items, counted?.total ?? 0, query)
})

app.post<Insert>('/users/:id/tasks', { schema: schemas.insert }, async ({ params, body }, reply) => {
  const usual = { description: null, completed: false, priority: 'medium', due_date: null }
  const [task] = await statements.insert.execute({ ...usual, ...withDate(body), user: params.id })
  return reply.code(201).send(task)
})

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
