// The base that everything is compared with: node:http and pg by hand, named statements, no validation, no log.
import { createServer, type IncomingMessage } from 'node:http'
import { Pool, types } from 'pg'

types.setTypeParser(types.builtins.INT8, Number)

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 })

const columns = 'id, title, description, completed, priority, due_date, user_id, created_at'
const tagged = `
  coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.id)
    from task_tags l join tags g on g.id = l.tag_id where l.task_id = t.id), '[]') as tags`
const found = 'user_id = $1 and completed = $2 and priority = $3 and (title ilike $4 or description ilike $4)'

const statements = {
  one: `select ${columns} from tasks where id = $1`,
  thousand: `select ${columns} from tasks where id > $1 order by id limit $2`,
  count: 'select count(*) from tasks where user_id = $1',
  list: `select ${columns} from tasks where user_id = $1 order by id desc limit $2 offset $3`,
  tagged: `select ${columns}, ${tagged} from tasks t where user_id = $1 order by id desc limit $2`,
  countFound: `select count(*) from tasks where ${found}`,
  search: `select ${columns} from tasks where ${found} order by id desc limit $5 offset $6`,
  insert: `insert into tasks (title, description, completed, priority, due_date, user_id)
    values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
  update: `update tasks set title = $2, completed = $3 where id = $1 returning ${columns}`,
}

async function run(name: keyof typeof statements, values: unknown[]) {
  const { rows } = await pool.query({ name, text: statements[name], values })
  return rows
}

async function pageOf(counted: Promise<{ count: number }[]>, rows: Promise<object[]>, page: number, limit: number) {
  const [[{ count: total } = { count: 0 }], items] = await Promise.all([counted, rows])
  return { items, total, page, limit, pages: Math.ceil(total / limit) }
}

async function list(user: number, query: URLSearchParams) {
  const page = Number(query.get('page') ?? 1)
  const limit = Number(query.get('limit') ?? 20)
  return pageOf(run('count', [user]), run('list', [user, limit, (page - 1) * limit]), page, limit)
}

async function search(user: number, query: URLSearchParams) {
  const page = Number(query.get('page') ?? 1)
  const limit = Number(query.get('limit') ?? 20)
  const pattern = `%${(query.get('q') ?? '').replace(/[\\%_]/g, '\\$&')}%`
  const values = [user, query.get('completed'), query.get('priority'), pattern]
  return pageOf(run('countFound', values), run('search', [...values, limit, (page - 1) * limit]), page, limit)
}

async function readJson(request: IncomingMessage) {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return JSON.parse(Buffer.concat(pieces).toString())
}

/** The status and what is answered; nothing: not found. */
async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
  const [, group, id, part] = pathname.split('/')
  if (group === 'tasks' && id === undefined) {
    return [200, await run('thousand', [searchParams.get('after'), searchParams.get('limit')])]
  }
  if (group === 'tasks') {
    if (request.method !== 'PATCH') return [200, (await run('one', [id]))[0]]
    const { title, completed } = await readJson(request)
    return [200, (await run('update', [id, title, completed]))[0]]
  }
  if (part === 'tagged') return [200, await run('tagged', [id, searchParams.get('limit')])]
  if (part === 'search') return [200, await search(Number(id), searchParams)]
  if (request.method !== 'POST') return [200, await list(Number(id), searchParams)]
  const { title, description, completed, priority, due_date } = await readJson(request)
  return [201, (await run('insert', [title, description, completed, priority, due_date, id]))[0]]
}

const server = createServer(async (request, response) => {
  try {
    const [status, value] = await answer(request)
    const body = JSON.stringify(value ?? { detail: 'There is no such task.' })
    response.writeHead(value ? status : 404, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(body)
  } catch (error) {
    console.error(error)
    response.writeHead(500).end()
  }
})
server.listen(Number(process.env.PORT), '127.0.0.1')
