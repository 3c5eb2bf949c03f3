// Fastify with pg by hand: schemas on both sides, named statements.
import { fastify } from 'fastify'
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

types.setTypeParser(types.builtins.INT8, Number)
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 })

const columns = 'id, title, description, completed, priority, due_date, user_id, created_at'
const tagged = `
  coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.id)
    from task_tags l join tags g on g.id = l.tag_id where l.task_id = t.id), '[]') as tags`
const found = 'user_id = $1 and completed = $2 and priority = $3 and (title ilike $4 or description ilike $4)'

async function run(name: string, text: string, values: unknown[]) {
  return (await pool.query({ name, text, values })).rows
}

const app = fastify()

app.get<Behind>('/tasks', { schema: schemas.thousand }, ({ query }) =>
  run('thousand', `select ${columns} from tasks where id > $1 order by id limit $2`, [query.after, query.limit]),
)

app.get<One>('/tasks/:id', { schema: schemas.one }, async ({ params }, reply) => {
  const [task] = await run('one', `select ${columns} from tasks where id = $1`, [params.id])
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

app.patch<Update>('/tasks/:id', { schema: schemas.update }, async ({ params, body }, reply) => {
  const names = Object.keys(body)
  const changes = names.map((name, index) => `${name} = $${index + 2}`).join(', ')
  const text = `update tasks set ${changes} where id = $1 returning ${columns}`
  const [task] = await run(`update ${names}`, text, [params.id, ...Object.values(body)])
  return task ?? reply.code(404).send({ detail: 'There is no such task.' })
})

app.get<Page>('/users/:id/tasks', { schema: schemas.list }, async ({ params, query }) => {
  const { page, limit } = query
  const text = `select ${columns} from tasks where user_id = $1 order by id desc limit $2 offset $3`
  const [[counted], items] = await Promise.all([
    run('count', 'select count(*) from tasks where user_id = $1', [params.id]),
    run('list', text, [params.id, limit, (page - 1) * limit]),
  ])
  return toPage(items, counted.count, query)
})

app.get<Limited>('/users/:id/tagged', { schema: schemas.tagged }, ({ params, query }) =>
  run('tagged', `select ${columns}, ${tagged} from tasks t where user_id = $1 order by id desc limit $2`, [
    params.id,
    query.limit,
  ]),
)

app.get<Search>('/users/:id/search', { schema: schemas.search }, async ({ params, query }) => {
  const { page, limit } = query
  const values = [params.id, query.completed, query.priority, toPattern(query.q)]
  const text = `select ${columns} from tasks where ${found} order by id desc limit $5 offset $6`
  const [[counted], items] = await Promise.all([
    run('countFound', `select count(*) from tasks where ${found}`, values),
    run('search', text, [...values, limit, (page - 1) * limit]),
  ])
  return toPage(items, counted.count, query)
})

app.post<Insert>('/users/:id/tasks', { schema: schemas.insert }, async ({ params, body }, reply) => {
  const { title, description = null, completed = false, priority = 'medium', due_date = null } = body
  const text = `insert into tasks (title, description, completed, priority, due_date, user_id)
    values ($1, $2, $3, $4, $5, $6) returning ${columns}`
  const [task] = await run('insert', text, [title, description, completed, priority, due_date, params.id])
  return reply.code(201).send(task)
})

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
