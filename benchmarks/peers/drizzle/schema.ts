// The tables as Drizzle's documentation writes them; used by three of the peers.
import { relations } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, boolean, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { Pool } from 'pg'

const id = () => bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity()

export const tasks = pgTable('tasks', {
  id: id(),
  title: text().notNull(),
  description: text(),
  completed: boolean().notNull().default(false),
  priority: text({ enum: ['low', 'medium', 'high'] })
    .notNull()
    .default('medium'),
  due_date: timestamp({ withTimezone: true }),
  user_id: bigint({ mode: 'number' }).notNull(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

export const tags = pgTable('tags', { id: id(), name: text().notNull().unique() })

export const taskTags = pgTable(
  'task_tags',
  { task_id: bigint({ mode: 'number' }).notNull(), tag_id: bigint({ mode: 'number' }).notNull() },
  (table) => [primaryKey({ columns: [table.task_id, table.tag_id] })],
)

const tasksRelations = relations(tasks, ({ many }) => ({ taskTags: many(taskTags) }))
const taskTagsRelations = relations(taskTags, ({ one }) => ({
  task: one(tasks, { fields: [taskTags.task_id], references: [tasks.id] }),
  tag: one(tags, { fields: [taskTags.tag_id], references: [tags.id] }),
}))

const schema = { tasks, tags, taskTags, tasksRelations, taskTagsRelations }

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 })
export const db = drizzle({ client: pool, schema })

type Tagged = { taskTags: { tag: { id: number; name: string } | null }[] }

/** A relation over a link table comes with the link's rows, which the application takes away. */
export function withoutLinks<T extends Tagged>({ taskTags, ...task }: T) {
  return { ...task, tags: taskTags.map(({ tag }) => tag) }
}

/** Bodies carry texts; Drizzle's columns take dates. */
export function withDate<T extends { due_date?: string | null }>(body: T) {
  const { due_date, ...others } = body
  return due_date === undefined ? others : { ...others, due_date: due_date === null ? null : new Date(due_date) }
}
