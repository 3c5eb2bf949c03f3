import { anyOf, type Order, type Where } from 'tenon/database'
import { wholeNumber } from 'tenon/http'
import { withCode } from 'tenon/model'
import { z } from 'zod'
import { Task } from './model.ts'

/** How tasks sort; those without a due date come last, or first when turned round. High priority comes before low. */
const sorts = {
  due_date: { due_date: 'asc' },
  '-due_date': { due_date: 'desc' },
  priority: { priority: 'desc' },
  '-priority': { priority: 'asc' },
  created_at: { created_at: 'asc' },
  '-created_at': { created_at: 'desc' },
  title: { title: { direction: 'asc', ignoreCase: true } },
  '-title': { title: { direction: 'desc', ignoreCase: true } },
} as const satisfies Record<string, Order<typeof Task>>

type Sort = keyof typeof sorts

const positive = withCode(wholeNumber().min(1), 'INVALID_PAGINATION')

export const TaskQuery = z.object({
  page: positive.default(1).describe('Counts from 1'),
  limit: positive.default(20).describe('At most 100; more counts as 100'),
  q: z.string().optional().describe('Contained in title or description, in any case'),
  status: withCode(z.enum(['all', 'pending', 'completed']), 'INVALID_STATUS')
    .default('all')
    .describe('Pending tasks, completed ones, or all'),
  priority: Task.fields.priority.schema.optional(),
  tag: z.string().optional().describe("A tag's id or name"),
  sort: withCode(z.enum(Object.keys(sorts) as [Sort, ...Sort[]]), 'INVALID_SORT_FIELD')
    .default('-created_at')
    .describe('A minus turns the order round; priority goes from high to low, and tasks without a due date come last'),
})

type TaskQuery = z.output<typeof TaskQuery>

/** What a listing asks for, as conditions that all must hold. */
export function filterOf({ q, status, priority, tag }: TaskQuery): Where<typeof Task>[] {
  return [
    ...(q ? [anyOf<Where<typeof Task>>({ title: containing(q) }, { description: containing(q) })] : []),
    ...(status === 'all' ? [] : [{ completed: status === 'completed' }]),
    ...(priority ? [{ priority }] : []),
    ...(tag ? [{ tags: { some: /^\d+$/.test(tag) ? anyOf({ name: tag }, { id: Number(tag) }) : { name: tag } } }] : []),
  ]
}

function containing(text: string) {
  return { contains: text, ignoreCase: true }
}

export function orderOf({ sort }: TaskQuery): Order<typeof Task> {
  return sorts[sort]
}
