import { type AnyModel, bigint, boolean, identity, integer, Model, oneOf, randomUuid, text, uuid } from 'tenon/model'

/** What a revision makes of the models before. */
export interface Change {
  readonly name: string
  readonly models: readonly AnyModel[]
  /** What rows get that have no value yet. */
  readonly fill?: Readonly<Record<string, string>>
}

export class Owner extends Model('owners', { id: identity(), name: text() }) {}

const before = {
  id: identity(),
  title: text({ max: 200 }),
  state: oneOf('open', 'done'),
  size: integer(),
  note: text().nullable(),
  owner: bigint(),
}

export class Item extends Model('items', before) {}

export const modelsBefore: readonly AnyModel[] = [Owner, Item]

const { note: _, ...withoutNote } = before

export const changes: readonly Change[] = [
  {
    name: 'a column that may be null',
    models: [Owner, class extends Model('items', { ...before, more: text().nullable() }) {}],
  },
  {
    name: 'a column with a constant default',
    models: [Owner, class extends Model('items', { ...before, done: boolean().default(false) }) {}],
  },
  {
    name: 'a column with a default that differs by row',
    models: [Owner, class extends Model('items', { ...before, code: uuid().default(randomUuid) }) {}],
  },
  {
    name: 'a column that is not null, filled',
    models: [Owner, class extends Model('items', { ...before, kind: text() }) {}],
    fill: { 'items.kind': "'plain'" },
  },
  {
    name: 'null no longer allowed',
    models: [Owner, class extends Model('items', { ...before, note: text() }) {}],
    fill: { 'items.note': "''" },
  },
  { name: 'a CHECK', models: [Owner, class extends Model('items', { ...before, size: integer({ min: 0 }) }) {}] },
  { name: 'a longer text', models: [Owner, class extends Model('items', { ...before, title: text({ max: 300 }) }) {}] },
  {
    name: 'one more value',
    models: [Owner, class extends Model('items', { ...before, state: oneOf('open', 'done', 'late') }) {}],
  },
  { name: 'an index', models: [Owner, class extends Model('items', before, { indexes: [['owner', 'id']] }) {}] },
  {
    name: 'a unique constraint',
    models: [Owner, class extends Model('items', { ...before, size: integer().unique() }) {}],
  },
  {
    name: 'a foreign key',
    models: [Owner, class extends Model('items', { ...before, owner: bigint().references(() => Owner) }) {}],
  },
  { name: 'integer to bigint', models: [Owner, class extends Model('items', { ...before, size: bigint() }) {}] },
  { name: 'a column dropped', models: [Owner, class extends Model('items', withoutNote) {}] },
]
