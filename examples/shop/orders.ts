import {
  belongsTo,
  bigint,
  boolean,
  bytes,
  computed,
  date,
  float,
  hasMany,
  identity,
  integer,
  interval,
  Model,
  manyToMany,
  numeric,
  oneOf,
  text,
  time,
  uuid,
} from 'tenon/model'
// biome-ignore lint/suspicious/noImportCycles: models name each other in thunks, which are called when both stand
import { Customer } from './customers.ts'
import { stamps } from './stamps.ts'

export class Order extends Model(
  'orders',
  {
    id: identity(),
    customer_id: uuid()
      .references(() => Customer, { onDelete: 'restrict' })
      .readOnly(),
    state: oneOf('open', 'paid', 'sent').default('open'),
    ordered_on: date({ min: '2020-01-01' }),
    wanted_by: date().nullable(),
    deliver_at: time().nullable(),
    late: computed(boolean()),
    ...stamps,
    customer: () => belongsTo(Customer, 'customer_id'),
    items: () => hasMany(OrderItem, 'order_id'),
    products: () => manyToMany(Product, () => OrderItem),
  },
  {
    comment: 'What customers have asked for.',
    checks: { dates: ['ordered_on', '<=', 'wanted_by'] },
    indexes: [
      ['customer_id', 'ordered_on'],
      { name: 'orders_open', fields: ['ordered_on'], where: { sql: "state = 'open'" } },
    ],
  },
) {
  get late() {
    return this.state !== 'sent' && this.wanted_by !== null && this.wanted_by < new Date().toISOString().slice(0, 10)
  }
}

export class Product extends Model(
  'products',
  {
    id: identity(),
    name: text({ min: 1, max: 100 }),
    price: numeric({ precision: 10, scale: 2, min: '0' }).describe('In euros.'),
    weight: float({ min: 0 }),
    barcode: bigint({ exact: true, min: 0n }).unique().nullable(),
    image: bytes({ max: 100_000 }).nullable(),
    delivery: interval().nullable(),
  },
  { indexes: [{ name: 'products_name', fields: [{ sql: 'lower(name)' }], unique: true }] },
) {}

export class OrderItem extends Model('order_items', {
  order_id: bigint()
    .primaryKey()
    .references(() => Order, { onDelete: 'cascade' }),
  product_id: bigint()
    .primaryKey()
    .references(() => Product),
  price: numeric({ precision: 10, scale: 2 }),
  quantity: integer({ min: 1, max: 1000 }).default(1),
  total: numeric({ precision: 13, scale: 2 }).generated({ sql: 'price * quantity' }),
  product: () => belongsTo(Product, 'product_id'),
}) {}
