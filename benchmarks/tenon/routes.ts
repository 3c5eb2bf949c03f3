import { anyOf, Database, openPostgres } from 'tenon/database'
import { app, created, dependency, errorOf, page, pageQuery, router, wholeNumber } from 'tenon/http'
import { z } from 'zod'
import { Task } from './model.ts'

export const database = dependency(
  {},
  async function* () {
    const driver = openPostgres({ url: process.env.DATABASE_URL ?? '', max: 5 })
    try {
      yield new Database(driver)
    } finally {
      await driver.close()
    }
  },
  { scope: 'app' },
)

class TaskNotFound extends errorOf(404, 'TASK_NOT_FOUND', 'There is no such task.') {}

const limit = wholeNumber().min(1).max(1000).default(20)
const SearchQuery = pageQuery().extend({
  q: z.string(),
  completed: z.boolean(),
  priority: Task.fields.priority.schema,
})

const tasks = router('/tasks', { uses: { db: database } })

tasks.get('/', { query: z.object({ after: wholeNumber(), limit }), returns: z.array(Task.public) }, ({ db, query }) =>
  db
    .select(Task)
    .where({ id: { gt: query.after } })
    .order({ id: 'asc' })
    .limit(query.limit),
)

tasks.get('/{task_id:int}', { returns: Task.public, throws: [TaskNotFound] }, ({ db, params }) =>
  db.find(Task, params.task_id).one(TaskNotFound),
)

tasks.patch(
  '/{task_id:int}',
  { body: Task.update, returns: Task.public, throws: [TaskNotFound] },
  ({ db, params, body }) => db.update(Task, body).where({ id: params.task_id }).one(TaskNotFound),
)

const userTasks = router('/users/{user_id:int}', { uses: { db: database } })

userTasks.get('/tasks', { query: pageQuery(), returns: page(Task.public) }, ({ db, params, query }) =>
  db.select(Task).where({ user_id: params.user_id }).order({ id: 'desc' }).page(query),
)

userTasks.get(
  '/tagged',
  { query: z.object({ limit }), returns: z.array(Task.expand('tags')) },
  ({ db, params, query }) =>
    db.select(Task).where({ user_id: params.user_id }).order({ id: 'desc' }).limit(query.limit).with('tags'),
)

userTasks.get('/search', { query: SearchQuery, returns: page(Task.public) }, ({ db, params, query }) => {
  const text = { contains: query.q, ignoreCase: true }
  return db
    .select(Task)
    .where({ user_id: params.user_id, completed: query.completed, priority: query.priority })
    .where(anyOf({ title: text }, { description: text }))
    .order({ id: 'desc' })
    .page(query)
})

userTasks.post('/tasks', { body: Task.create, returns: created(Task.public) }, ({ db, params, body }) =>
  db.insert(Task, { ...body, user_id: params.user_id }),
)

export const createApp = () => app({ routers: [tasks, userTasks] })
