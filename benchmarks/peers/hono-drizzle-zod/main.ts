// Hono with Drizzle and Zod: every input and every answer goes through a schema.
import { serve } from '@hono/node-server'
import { zValidator } from '@hono/zod-validator'
import { and, asc, count, desc, eq, gt, ilike, or } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { db, tasks, withDate, withoutLinks } from '../drizzle/schema.ts'

const priority = z.enum(['low', 'medium', 'high'])
const Task = z.object({
  id: z.int(),
  title: z.string(),
  description: z.string().nullable(),
  completed: z.boolean(),
  priority,
  due_date: z.date().nullable(),
  user_id: z.int(),
  created_at: z.date(),
})
const Tasks = z.array(Task)
const TaggedTasks = z.array(Task.extend({ tags: z.array(z.object({ id: z.int(), name: z.string() })) }))
const TaskPage = z.object({ items: Tasks, total: z.int(), page: z.int(), limit: z.int(), pages: z.int() })

const NewTask = z.object({
  title: z.string().trim().min(1).max(200),
  description: z.string().max(1000).nullish(),
  completed: z.boolean().default(false),
  priority: priority.default('medium'),
  due_date: z.iso.datetime({ offset: true }).nullish(),
})
const Changes = z.object({
  title: NewTask.shape.title.optional(),
  description: NewTask.shape.description,
  completed: z.boolean().optional(),
  priority: priority.optional(),
  due_date: NewTask.shape.due_date,
})
const Id = z.object({ id: z.coerce.number().int() })
const Limit = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(20) })
const PageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
const SearchQuery = PageQuery.extend({ q: z.string(), completed: z.stringbool(), priority })

const app = new Hono()
const id = zValidator('param', Id)

app.get('/tasks', zValidator('query', Limit.extend({ after: z.coerce.number().int() })), async (context) => {
  const { after, limit } = context.req.valid('query')
  const found = await db.select().from(tasks).where(gt(tasks.id, after)).orderBy(asc(tasks.id)).limit(limit)
  return context.json(Tasks.parse(found))
})

app.get('/tasks/:id', id, async (context) => {
  const [task] = await db
    .select()
    .from(tasks)
    .where(eq(tasks.id, context.req.valid('param').id))
  return task ? context.json(Task.parse(task)) : context.json({ detail: 'There is no such task.' }, 404)
})

app.patch('/tasks/:id', id, zValidator('json', Changes), async (context) => {
  const changes = withDate(context.req.valid('json'))
  const [task] = await db
    .update(tasks)
    .set(changes)
    .where(eq(tasks.id, context.req.valid('param').id))
    .returning()
  return task ? context.json(Task.parse(task)) : context.json({ detail: 'There is no such task.' }, 404)
})

app.get('/users/:id/tasks', id, zValidator('query', PageQuery), async (context) => {
  const { page, limit } = context.req.valid('query')
  const owned = eq(tasks.user_id, context.req.valid('param').id)
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
  const total = counted?.total ?? 0
  return context.json(TaskPage.parse({ items, total, page, limit, pages: Math.ceil(total / limit) }))
})

app.get('/users/:id/tagged', id, zValidator('query', Limit), async (context) => {
  const found = await db.query.tasks.findMany({
    where: eq(tasks.user_id, context.req.valid('param').id),
    orderBy: desc(tasks.id),
    limit: context.req.valid('query').limit,
    with: { taskTags: { columns: {}, with: { tag: true }, orderBy: (link) => asc(link.tag_id) } },
  })
  return context.json(TaggedTasks.parse(found.map(withoutLinks)))
})

app.get('/users/:id/search', id, zValidator('query', SearchQuery), async (context) => {
  const { q, completed, priority, page, limit } = context.req.valid('query')
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const found = and(
    eq(tasks.user_id, context.req.valid('param').id),
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
  const total = counted?.total ?? 0
  return context.json(TaskPage.parse({ items, total, page, limit, pages: Math.ceil(total / limit) }))
})

app.post('/users/:id/tasks', id, zValidator('json', NewTask), async (context) => {
  const values = { ...withDate(context.req.valid('json')), title: context.req.valid('json').title }
  const [task] = await db
    .insert(tasks)
    .values({ ...values, user_id: context.req.valid('param').id })
    .returning()
  return context.json(Task.parse(task), 201)
})

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
