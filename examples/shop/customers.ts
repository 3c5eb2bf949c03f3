import { array, email, hasMany, hasOne, identity, json, Model, oneOf, text, uuid, uuidV7 } from 'tenon/model'
import { z } from 'zod'
// biome-ignore lint/suspicious/noImportCycles: models name each other in thunks, which are called when both stand
import { Order } from './orders.ts'
import { stamps } from './stamps.ts'

export class Customer extends Model('customers', {
  id: uuid().primaryKey().default(uuidV7).readOnly(),
  email: email().unique().code('INVALID_EMAIL'),
  name: text({ min: 1, max: 200, trim: true }).example('Ada Lovelace'),
  country: text({ pattern: /^[A-Z]{2}$/ }).writeOnce(),
  interests: array(oneOf('books', 'music', 'games'), { max: 3 }).default([]),
  settings: json(z.object({ theme: z.enum(['dark', 'light']) })).default({ theme: 'light' }),
  password_hash: text().private(),
  ...stamps,
  address: () => hasOne(Address, 'customer_id'),
  orders: () => hasMany(Order, 'customer_id'),
}) {}

export class Address extends Model('addresses', {
  id: identity(),
  customer_id: uuid()
    .unique()
    .references(() => Customer, { onDelete: 'cascade' }),
  lines: array(text({ max: 100 }), { min: 1, max: 5 }),
}) {}
