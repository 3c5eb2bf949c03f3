import { belongsTo, bigint, boolean, identity, Model, manyToMany, now, oneOf, text, timestamp } from 'tenon/model'

export class User extends Model('users', {
  id: identity(),
  name: text({ min: 1, max: 200 }),
}) {}

export class Tag extends Model('tags', {
  id: identity(),
  name: text({ min: 1, max: 50 }).unique(),
}) {}

export class Task extends Model(
  'tasks',
  {
    id: identity(),
    title: text({ min: 1, max: 200, trim: true }),
    description: text({ max: 1000 }).nullable(),
    completed: boolean().default(false),
    priority: oneOf('low', 'medium', 'high').default('medium'),
    due_date: timestamp().nullable(),
    user_id: bigint()
      .references(() => User, { onDelete: 'cascade' })
      .readOnly(),
    created_at: timestamp().default(now).readOnly(),
    user: () => belongsTo(User, 'user_id'),
    tags: () => manyToMany(Tag, () => TaskTag),
  },
  { indexes: [['user_id', 'id']] },
) {}

export class TaskTag extends Model(
  'task_tags',
  {
    task_id: bigint()
      .primaryKey()
      .references(() => Task, { onDelete: 'cascade' }),
    tag_id: bigint()
      .primaryKey()
      .references(() => Tag, { onDelete: 'cascade' }),
  },
  { indexes: [['tag_id']] },
) {}
