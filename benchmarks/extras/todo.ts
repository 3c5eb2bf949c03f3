import { fileURLToPath } from 'node:url'
import { loadRevisions, upgrade } from 'tenon/migrations'
import type { Case } from '../cases.ts'
import { onDriver } from '../data/seed.ts'
import { type Server, startServer } from '../measure/server.ts'

const home = fileURLToPath(new URL('../../apps/todo/', import.meta.url))
const account = { email: 'ada@example.com', password: 'correct horse battery staple' }

/** The Todo service as it ships, on PostgreSQL, with 10,000 tasks of which 100 are Ada's. */
export async function startTodo(url: string): Promise<Server> {
  const revisions = await loadRevisions(`${home}migrations`)
  await onDriver(url, (driver) => upgrade(driver, revisions))
  const server = await startServer({
    file: process.execPath,
    given: ['src/main.ts'],
    folder: home,
    environment: {
      DATABASE_URL: url,
      ENVIRONMENT: 'production',
      JWT_SECRET_KEY: 'b'.repeat(64),
      RATE_LIMIT_AUTH: '1000000/second',
    },
    readyPath: '/ready',
  })
  await post(server.port, 'register', JSON.stringify({ ...account, name: 'Ada' }), 'application/json')
  await onDriver(url, (driver) => driver.session((connection) => connection.script(rows)))
  await onDriver(url, (driver) => driver.session((connection) => connection.script('vacuum analyze')))
  return server
}

const rows = `
  insert into users (email, password_hash) select 'user' || n || '@example.com', '' from generate_series(1, 99) n;
  insert into tags (name, user_id) select 'tag ' || n, id from users, generate_series(1, 5) n;
  insert into tasks (title, description, priority, completed, due_date, user_id)
    select 'Buy milk, no. ' || n, 'Two litres, from the shop at the corner',
      (array['low', 'medium', 'high'])[1 + n % 3], n % 2 = 0, now() + n * interval '1 hour', users.id
    from generate_series(1, 100) n, users;
  insert into task_tag_link (task_id, tag_id)
    select tasks.id, tags.id from tasks join tags using (user_id) where (tasks.id + tags.id) % 3 = 0;`

/** The list as a client asks for it, with the access token of a fresh login. */
export async function todoCase({ port }: Server): Promise<Case> {
  const answer = await post(port, 'login', loginForm, 'application/x-www-form-urlencoded')
  const { access_token } = (await answer.json()) as { access_token: string }
  return {
    name: 'todo',
    title: "the Todo service's own list, with token",
    method: 'GET',
    expected: 200,
    path: (index) => `/api/v1/tasks?page=${1 + (index % 3)}`,
    headers: { Authorization: `Bearer ${access_token}` },
  }
}

const loginForm = new URLSearchParams({ username: account.email, password: account.password }).toString()

export const loginCase: Case = {
  name: 'login',
  title: "the Todo service's login (Argon2id, 19 MiB)",
  method: 'POST',
  expected: 200,
  connections: 8,
  path: () => '/api/v1/auth/login',
  form: loginForm,
}

async function post(port: number, route: string, body: string, type: string): Promise<Response> {
  const url = `http://127.0.0.1:${port}/api/v1/auth/${route}`
  const answer = await fetch(url, { method: 'POST', body, headers: { 'Content-Type': type } })
  if (!answer.ok) throw new Error(`Cannot prepare the Todo service: ${route} answers ${await answer.text()}`)
  return answer
}
