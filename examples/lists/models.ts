import { bigint, boolean, hasMany, identity, Model, text } from 'tenon/model'

export class List extends Model('lists', {
  id: identity(),
  name: text({ min: 1, max: 50 }).unique(),
  items: () => hasMany(Item, 'list_id'),
}) {}

export class Item extends Model('items', {
  id: identity(),
  name: text({ min: 1, max: 200 }),
  note: text().nullable(),
  done: boolean().default(false),
  list_id: bigint().references(() => List, { onDelete: 'cascade' }),
}) {}
