import { belongsTo, bigint, boolean, identity, Model, manyToMany, now, oneOf, text, timestamp, uuid } from 'tenon/model'
import { z } from 'zod'
import { Tag } from '../tags/model.ts'
import { User } from '../users/model.ts'
import { recurrenceRule } from './recurrence.ts'

export class Task extends Model(
  'tasks',
  {
    id: identity(),
    title: text({ min: 1, max: 200, trim: true }).code('INVALID_TITLE').example('Buy milk'),
    description: text({ max: 1000 })
      .code('DESCRIPTION_TOO_LONG')
      .example('Two litres, from the shop at the corner')
      .nullable(),
    completed: boolean().default(false),
    priority: oneOf('low', 'medium', 'high').code('INVALID_PRIORITY').default('medium'),
    due_date: timestamp().code('INVALID_DUE_DATE').example('2026-12-24T18:00:00Z').nullable(),
    recurrence_rule: recurrenceRule().code('INVALID_RRULE').example('FREQ=WEEKLY;BYDAY=MO').nullable(),
    user_id: uuid()
      .references(() => User, { onDelete: 'cascade' })
      .readOnly(),
    created_at: timestamp().default(now).readOnly(),
    updated_at: timestamp().default(now).onUpdate(now).readOnly(),
    user: () => belongsTo(User, 'user_id'),
    tags: () => manyToMany(Tag, () => TaskTagLink),
  },
  {
    indexes: [
      { name: 'idx_tasks_user_id', fields: ['user_id'] },
      { name: 'idx_tasks_user_completed', fields: ['user_id', 'completed'] },
      { name: 'idx_tasks_user_priority', fields: ['user_id', 'priority'] },
      { name: 'idx_tasks_user_due_date', fields: ['user_id', 'due_date'] },
    ],
  },
) {}

export class TaskTagLink extends Model(
  'task_tag_link',
  {
    task_id: bigint()
      .primaryKey()
      .references(() => Task, { onDelete: 'cascade' }),
    tag_id: bigint()
      .primaryKey()
      .references(() => Tag, { onDelete: 'cascade' }),
  },
  {
    indexes: [
      { name: 'idx_task_tag_link_task', fields: ['task_id'] },
      { name: 'idx_task_tag_link_tag', fields: ['tag_id'] },
    ],
  },
) {}

/** A task as clients see it. */
export const TaskWithTags = Task.public
  .extend({ tags: z.array(Tag.public.pick({ id: true, name: true, color: true }).meta({ id: 'TaskTag' })) })
  .meta({ id: 'TaskWithTags' })

/** What a client sends to replace a task: what a create may leave out for a default must be said. */
export const TaskReplacement = Task.create
  .extend({ completed: Task.fields.completed.schema, priority: Task.fields.priority.schema })
  .meta({ id: 'TaskReplacement' })
