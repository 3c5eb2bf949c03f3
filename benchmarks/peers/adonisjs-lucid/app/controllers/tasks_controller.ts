import type { HttpContext } from '@adonisjs/core/http'
import Task from '#models/task'
import {
  behindValidator,
  changesValidator,
  limitValidator,
  newTaskValidator,
  pageValidator,
  searchValidator,
} from '#validators/task'

export default class TasksController {
  async behind({ request }: HttpContext) {
    const { after, limit } = await request.validateUsing(behindValidator)
    return Task.query().where('id', '>', after).orderBy('id').limit(limit)
  }

  async show({ params }: HttpContext) {
    return Task.findOrFail(params.id)
  }

  async update({ params, request }: HttpContext) {
    const { due_date, ...body } = await request.validateUsing(changesValidator)
    const task = await Task.findOrFail(params.id)
    return task.merge(due_date === undefined ? body : { ...body, dueDate: due_date }).save()
  }

  async index({ params, request }: HttpContext) {
    const { page, limit } = await request.validateUsing(pageValidator)
    return toPage(await Task.query().where('userId', params.id).orderBy('id', 'desc').paginate(page, limit))
  }

  async tagged({ params, request }: HttpContext) {
    const { limit } = await request.validateUsing(limitValidator)
    return Task.query().where('userId', params.id).orderBy('id', 'desc').limit(limit).preload('tags')
  }

  async search({ params, request }: HttpContext) {
    const { q, completed, priority, page, limit } = await request.validateUsing(searchValidator)
    const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
    const found = await Task.query()
      .where({ userId: params.id, completed, priority })
      .where((either) => either.whereILike('title', pattern).orWhereILike('description', pattern))
      .orderBy('id', 'desc')
      .paginate(page, limit)
    return toPage(found)
  }

  async store({ params, request, response }: HttpContext) {
    const { due_date: dueDate, ...body } = await request.validateUsing(newTaskValidator)
    const task = await Task.create({
      completed: false,
      priority: 'medium',
      ...body,
      dueDate,
      userId: Number(params.id),
    })
    return response.created(task)
  }
}

type Found = Awaited<ReturnType<ReturnType<typeof Task.query>['paginate']>>

function toPage(found: Found) {
  const { total, currentPage: page, perPage: limit } = found
  return { items: found.all(), total, page, limit, pages: Math.ceil(total / limit) }
}
