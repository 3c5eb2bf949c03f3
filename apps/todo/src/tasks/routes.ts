import { created, errorOf, ok, page, reply, router } from 'tenon/http'
import { InvalidToken } from '../auth/errors.ts'
import { currentUser } from '../auth/tokens.ts'
import { database } from '../database.ts'
import { Tag } from '../tags/model.ts'
import { TagNotFound } from '../tags/routes.ts'
import { Task, TaskReplacement, TaskTagLink, TaskWithTags } from './model.ts'
import { filterOf, orderOf, TaskQuery } from './query.ts'

export class TaskNotFound extends errorOf(404, 'TASK_NOT_FOUND', 'There is no such task.') {}

// Every query names the owner, so that another user's task answers as one that does not exist.
export const tasks = router('/tasks', { tags: ['tasks'], uses: { user: currentUser, db: database } })

tasks.get('/', { summary: 'List tasks', query: TaskQuery, returns: page(TaskWithTags) }, ({ db, user, query }) =>
  db
    .select(Task)
    .where({ user_id: user.id })
    .where(...filterOf(query))
    .order(orderOf(query))
    .with('tags')
    .page({ page: query.page, limit: Math.min(query.limit, 100) }),
)

tasks.post(
  '/',
  { summary: 'Make a task', body: Task.create, returns: created(TaskWithTags), throws: [InvalidToken] },
  ({ db, user, body }) =>
    db
      .insert(Task, { ...body, user_id: user.id })
      .with('tags')
      .onViolation({ reference: InvalidToken }),
)

tasks.get(
  '/{task_id:int}',
  { summary: 'Read a task', returns: TaskWithTags, throws: [TaskNotFound] },
  ({ db, user, params }) =>
    db.select(Task).where({ id: params.task_id, user_id: user.id }).with('tags').one(TaskNotFound),
)

tasks.put(
  '/{task_id:int}',
  { summary: 'Replace a task', body: TaskReplacement, returns: TaskWithTags, throws: [TaskNotFound] },
  ({ db, user, params, body }) =>
    db.update(Task, body).where({ id: params.task_id, user_id: user.id }).with('tags').one(TaskNotFound),
)

tasks.patch(
  '/{task_id:int}',
  { summary: 'Change a task', body: Task.update, returns: TaskWithTags, throws: [TaskNotFound] },
  ({ db, user, params, body }) =>
    db.update(Task, body).where({ id: params.task_id, user_id: user.id }).with('tags').one(TaskNotFound),
)

tasks.delete('/{task_id:int}', { summary: 'Delete a task', throws: [TaskNotFound] }, ({ db, user, params }) =>
  db.delete(Task).where({ id: params.task_id, user_id: user.id }).orThrow(TaskNotFound),
)

tasks.post(
  '/{task_id:int}/tags/{tag_id:int}',
  {
    summary: 'Give a task a tag',
    returns: [created(TaskWithTags), ok(TaskWithTags)],
    throws: [TaskNotFound, TagNotFound],
  },
  async ({ db, user, params: { task_id, tag_id } }) => {
    const task = db.select(Task).where({ id: task_id, user_id: user.id }).with('tags').one(TaskNotFound)
    await task.run()
    await db.select(Tag).where({ id: tag_id, user_id: user.id }).one(TagNotFound).run()
    const link = await db
      .insert(TaskTagLink, { task_id, tag_id })
      .onViolation({ reference: TagNotFound })
      .onConflictDoNothing()
      .run()
    return reply(await task.run(), { status: link ? 201 : 200 })
  },
)

tasks.delete(
  '/{task_id:int}/tags/{tag_id:int}',
  { summary: 'Take a tag from a task', throws: [TaskNotFound, TagNotFound] },
  async ({ db, user, params: { task_id, tag_id } }) => {
    await db.select(Task).where({ id: task_id, user_id: user.id }).one(TaskNotFound).run()
    await db.select(Tag).where({ id: tag_id, user_id: user.id }).one(TagNotFound).run()
    await db.delete(TaskTagLink).where({ task_id, tag_id }).run()
  },
)
