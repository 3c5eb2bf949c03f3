import { BaseModel, column, manyToMany } from '@adonisjs/lucid/orm'
import type { ManyToMany } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'

/** As the others answer: UTC, in milliseconds. */
const serialize = (value: DateTime | null) => value?.toUTC().toISO() ?? null

export class Tag extends BaseModel {
  @column({ isPrimary: true })
  declare id: number

  @column()
  declare name: string
}

export default class Task extends BaseModel {
  @column({ isPrimary: true })
  declare id: number

  @column()
  declare title: string

  @column()
  declare description: string | null

  @column()
  declare completed: boolean

  @column()
  declare priority: 'low' | 'medium' | 'high'

  @column.dateTime({ columnName: 'due_date', serializeAs: 'due_date', serialize })
  declare dueDate: DateTime | null

  @column({ serializeAs: 'user_id' })
  declare userId: number

  @column.dateTime({ autoCreate: true, serializeAs: 'created_at', serialize })
  declare createdAt: DateTime

  @manyToMany(() => Tag, {
    pivotTable: 'task_tags',
    pivotForeignKey: 'task_id',
    pivotRelatedForeignKey: 'tag_id',
    onQuery: (query) => query.orderBy('tags.id'),
  })
  declare tags: ManyToMany<typeof Tag>

  /** The link's own columns are no part of the answer. */
  serializeExtras = false
}
