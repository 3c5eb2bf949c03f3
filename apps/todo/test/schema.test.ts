import assert from 'node:assert/strict'
import { it } from 'node:test'
import { downgrade, loadRevisions, pending, upgrade } from 'tenon/migrations'
import { migrationsFolder } from '../src/database.ts'
import { Client, newEmail, newPerson, type Tag, type Task } from './client.ts'
import { describeService, type Service, startService } from './service.ts'

const tables = ['tags', 'task_tag_link', 'tasks', 'users']

/** `table.column type [null]`, sorted. */
async function columnsOf(service: Service): Promise<string[]> {
  const rows = await service.query(
    `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END AS column
     FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1`,
  )
  return rows.map(({ column }) => column ?? '')
}

const refused = (state: string): ((error: unknown) => boolean) => {
  return (error) => (error as { report?: { state?: string } }).report?.state === state
}

describeService('the schema', (service) => {
  const insertUser = (email: string): Promise<Record<string, string | null>[]> =>
    service.query(`INSERT INTO users (email, password_hash) VALUES ($1, 'x') RETURNING id`, [email])

  it('DB-001 has the four tables with their columns', async () => {
    const columns = (await columnsOf(service)).filter((column) => tables.includes(column.split('.')[0] ?? ''))
    const shapes = columns.map((column) => column.replace(/ (bigint|integer)( null)?$/, ' whole$2'))
    assert.deepEqual(shapes.map((column) => column.replace('character varying', 'text')).sort(), [
      'tags.color text null',
      'tags.id whole',
      'tags.name text',
      'tags.user_id uuid',
      'task_tag_link.tag_id whole',
      'task_tag_link.task_id whole',
      'tasks.completed boolean',
      'tasks.created_at timestamp with time zone',
      'tasks.description text null',
      'tasks.due_date timestamp with time zone null',
      'tasks.id whole',
      'tasks.priority text',
      'tasks.recurrence_rule text null',
      'tasks.title text',
      'tasks.updated_at timestamp with time zone',
      'tasks.user_id uuid',
      'users.created_at timestamp with time zone',
      'users.email text',
      'users.id uuid',
      'users.name text null',
      'users.password_hash text',
    ])
  })

  it('DB-002 keeps an e-mail once', async () => {
    const email = newEmail()
    await insertUser(email)
    await assert.rejects(insertUser(email), refused('23505'))
  })

  it('DB-003 keeps a tag’s name once for each user', async () => {
    const [ada, bob] = [await newPerson(service), await newPerson(service)]
    const insert = (userId: string): Promise<unknown> =>
      service.query(`INSERT INTO tags (name, user_id) VALUES ('oak', $1)`, [userId])
    await insert(ada.id)
    await insert(bob.id)
    await assert.rejects(insert(ada.id), refused('23505'))
  })

  it('DB-004 deletes with a user all that is the user’s, and nothing else', async () => {
    const [ada, bob] = [await newPerson(service), await newPerson(service)]
    for (const { api } of [ada, bob]) {
      const task = await api.created<Task>('/tasks', { title: 'T' })
      const tag = await api.created<Tag>('/tags', { name: 'oak' })
      await api.created(`/tasks/${task.id}/tags/${tag.id}`, undefined)
    }
    await service.query('DELETE FROM users WHERE id = $1', [ada.id])
    const count = async (userId: string): Promise<Record<string, string | null> | undefined> => {
      const rows = await service.query(
        `SELECT (SELECT count(*) FROM tasks WHERE user_id = $1) AS tasks,
                (SELECT count(*) FROM tags WHERE user_id = $1) AS tags,
                (SELECT count(*) FROM task_tag_link JOIN tasks ON tasks.id = task_id WHERE user_id = $1) AS links`,
        [userId],
      )
      return rows[0]
    }
    assert.deepEqual(await count(ada.id), { tasks: '0', tags: '0', links: '0' })
    assert.deepEqual(await count(bob.id), { tasks: '1', tags: '1', links: '1' })
    const orphan = service.query(`INSERT INTO tasks (title, user_id) VALUES ('T', $1)`, [ada.id])
    await assert.rejects(orphan, refused('23503'))
  })

  it('DB-005 keeps a link once: both columns are its primary key', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'T' })
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    const insert = (): Promise<unknown> =>
      service.query('INSERT INTO task_tag_link (task_id, tag_id) VALUES ($1, $2)', [task.id, tag.id])
    await insert()
    await assert.rejects(insert(), refused('23505'))
    const keys = await service.query(
      `SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint WHERE conrelid = 'task_tag_link'::regclass AND contype = 'p'`,
    )
    assert.match(keys[0]?.key ?? '', /^PRIMARY KEY \((task_id, tag_id|tag_id, task_id)\)$/)
  })

  it('DB-006 has the seven indexes by their names', async () => {
    const rows = await service.query(
      `SELECT indexname AS name, tablename || ' ' || substring(indexdef from '\\(.*\\)') AS columns FROM pg_indexes
       WHERE schemaname = current_schema() AND indexname LIKE 'idx%'`,
    )
    const found = Object.fromEntries(rows.map(({ name, columns }) => [name, columns]))
    assert.partialDeepStrictEqual(found, {
      idx_tasks_user_id: 'tasks (user_id)',
      idx_tasks_user_completed: 'tasks (user_id, completed)',
      idx_tasks_user_priority: 'tasks (user_id, priority)',
      idx_tasks_user_due_date: 'tasks (user_id, due_date)',
      idx_tags_user_id: 'tags (user_id)',
      idx_task_tag_link_task: 'task_tag_link (task_id)',
      idx_task_tag_link_tag: 'task_tag_link (tag_id)',
    })
  })

  it('DB-007 comes down to nothing and up again to the same', async () => {
    // A service of its own: the others' tables must stay.
    const own = await startService(service.kind)
    try {
      const revisions = await loadRevisions(migrationsFolder)
      const before = await columnsOf(own)
      await newPerson(own)
      await downgrade(own.driver, revisions, 'base')
      const left = (await columnsOf(own)).filter((column) => tables.includes(column.split('.')[0] ?? ''))
      assert.deepEqual(left, [])
      assert.equal((await pending(own.driver, revisions)).length, revisions.length)
      const ready = await fetch(`${own.url}/ready`)
      assert.equal(ready.status, 503)
      assert.match(await ready.text(), new RegExp(revisions[0]?.id ?? 'no revision'))

      await upgrade(own.driver, revisions, 'head')
      assert.deepEqual(await columnsOf(own), before)
      assert.equal((await new Client(own).send('GET', '/ready')).status, 200)
      await newPerson(own)
    } finally {
      await own.close()
    }
  })
})
