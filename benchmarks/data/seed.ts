import { createTableStatements, type Driver, openPostgres } from 'tenon/database'
import { Tag, Task, TaskTag, User } from '../tenon/model.ts'

export interface Size {
  readonly users: number
  readonly tasks: number
  readonly tags: number
}

export const usualSize: Size = { users: 100, tasks: 10_000, tags: 50 }

/** Makes the tables, fills them with the same rows every time, and lets the planner know them. */
export async function seed(url: string, size: Size = usualSize): Promise<void> {
  await onDriver(url, (driver) =>
    driver.session(async (connection) => {
      await connection.script(createTableStatements([User, Tag, Task, TaskTag]).join(';\n'))
      await connection.script(rows(size))
      await connection.script('vacuum analyze')
    }),
  )
}

/** Takes away what was inserted and what updates have left behind, so that each contestant finds the same tables. */
export async function restore(url: string, { tasks }: Size = usualSize): Promise<void> {
  await onDriver(url, (driver) =>
    driver.session(async (connection) => {
      await connection.script(
        `delete from tasks where id > ${tasks}; select setval(pg_get_serial_sequence('tasks', 'id'), ${tasks})`,
      )
      await connection.script('vacuum analyze tasks')
    }),
  )
}

export async function onDriver<T>(url: string, work: (driver: Driver) => Promise<T>): Promise<T> {
  const driver = openPostgres({ url, min: 0, max: 2 })
  try {
    return await work(driver)
  } finally {
    await driver.close()
  }
}

/** Texts with quotes, backslashes and letters of two to four bytes, as users write them; every third without a description. */
const titles = [
  'Buy milk',
  'Call “Ada” back',
  'Pay the "rent"',
  'Zahnarzt: Prüfung',
  'Read C:\\notes',
  'Plan 🎉',
  'Sow peas',
]

function rows({ users, tasks, tags }: Size): string {
  const list = titles.map((title) => `'${title}'`).join(', ')
  return `
    insert into users (name) select 'User ' || n from generate_series(1, ${users}) n;
    insert into tags (name) select 'tag ' || n from generate_series(1, ${tags}) n;
    insert into tasks (title, description, completed, priority, due_date, user_id, created_at)
    select
      (array[${list}])[1 + (n::bigint * 7919 / 100 % ${titles.length})::int] || ', no. ' || n,
      case when n % 3 > 0 then repeat('Some more words about it. ', 1 + n % 5) end,
      n / 7 % 2 = 0,
      (array['low', 'medium', 'high'])[1 + n / 11 % 3],
      case when n % 4 > 0 then timestamptz '2026-01-01 00:00:00.123Z' + n % 5000 * interval '1 hour' end,
      1 + n % ${users},
      timestamptz '2025-01-01 00:00:00.456Z' + n * interval '1 minute'
    from generate_series(1, ${tasks}::int) n;
    insert into task_tags (task_id, tag_id)
    select n, 1 + (n / 13 + m * 17) % ${tags} from generate_series(1, ${tasks}::int) n, generate_series(1, 3) m
    where m <= n / 3 % 4;`
}
