import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { createTableStatements, Database, openPglite } from 'tenon/database'
import { compileWriter } from 'tenon/model'
import { Address, Customer } from './customers.ts'
import { Order, OrderItem, Product } from './orders.ts'

const statements = createTableStatements([Customer, Address, Order, Product, OrderItem])

describe('the shop', () => {
  it('has tables that follow from its models', async () => {
    const tables = await readFile(`${import.meta.dirname}/tables.sql`, 'utf8')
    assert.equal(tables, `${statements.join(';\n\n')};\n`)
  })

  it('has models in files that name each other', async (test) => {
    const driver = await openPglite()
    test.after(() => driver.close())
    await driver.session((connection) => connection.script(statements.join(';\n')))
    const db = new Database(driver)

    const body = Customer.create.parse({ email: 'Ada@Example.com', name: ' Ada ', country: 'GB', interests: ['books'] })
    const ada = await db.insert(Customer, { ...body, password_hash: 'x' }).run()
    assert.deepEqual([ada.email, ada.name, ada.settings], ['ada@example.com', 'Ada', { theme: 'light' }])
    await db.insert(Address, { customer_id: ada.id, lines: ['12 St James’s Square', 'London'] }).run()

    const order = await db
      .insert(Order, { customer_id: ada.id, ordered_on: '2026-01-31', wanted_by: '2026-02-01' })
      .run()
    assert.match(compileWriter(Order.public)(order, 'order'), /"wanted_by":"2026-02-01","deliver_at":null,"late":true/)
    const product = { name: 'Engine', price: '0.10', weight: 1.5, barcode: 9223372036854775807n, delivery: 'P2DT12H' }
    const engine = await db.insert(Product, product).run()
    assert.deepEqual([engine.barcode, engine.delivery], [9223372036854775807n, 'P2DT12H'])
    await db.insert(OrderItem, { order_id: order.id, product_id: engine.id, price: engine.price, quantity: 3 }).run()

    const [found] = await db.select(Order).with('customer', 'items', 'products').run()
    assert.deepEqual(
      [found?.customer.name, found?.items[0]?.total, found?.products[0]?.name],
      ['Ada', '0.30', 'Engine'],
    )
    const [customer] = await db.select(Customer).with('address', 'orders').run()
    assert.deepEqual([customer?.address?.lines[1], customer?.orders.length], ['London', 1])
    await assert.rejects(
      db.update(Order, { wanted_by: '2026-01-30' }).where({ id: order.id }).run(),
      /orders_dates_check/,
    )
  })

  it('lets a client set the country once, and never see the hash', () => {
    assert.ok('country' in Customer.create.shape && !('country' in Customer.update.shape))
    assert.ok(!('password_hash' in Customer.public.shape))
  })
})
