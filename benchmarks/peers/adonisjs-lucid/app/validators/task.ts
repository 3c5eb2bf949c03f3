import vine from '@vinejs/vine'
import { DateTime } from 'luxon'

const page = { page: vine.number().withoutDecimals().min(1), limit: vine.number().withoutDecimals().min(1).max(100) }
const priority = () => vine.enum(['low', 'medium', 'high'])
const dueDate = () =>
  vine
    .string()
    .nullable()
    .transform((value) => (value === null ? null : DateTime.fromISO(value)))

export const behindValidator = vine.create({
  after: vine.number().withoutDecimals(),
  limit: vine.number().withoutDecimals().min(1).max(1000),
})

export const pageValidator = vine.create(page)

export const limitValidator = vine.create({ limit: vine.number().withoutDecimals().min(1).max(1000) })

export const searchValidator = vine.create({
  ...page,
  q: vine.string(),
  completed: vine.boolean(),
  priority: priority(),
})

export const newTaskValidator = vine.create({
  title: vine.string().trim().minLength(1).maxLength(200),
  description: vine.string().maxLength(1000).nullable().optional(),
  completed: vine.boolean().optional(),
  priority: priority().optional(),
  due_date: dueDate().optional(),
})

export const changesValidator = vine.create({
  title: vine.string().trim().minLength(1).maxLength(200).optional(),
  description: vine.string().maxLength(1000).nullable().optional(),
  completed: vine.boolean().optional(),
  priority: priority().optional(),
  due_date: dueDate().optional(),
})
