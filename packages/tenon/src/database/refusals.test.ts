import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { errorOf } from '../core/http-error.ts'
import { describeModel } from '../model/description.ts'
import { date, identity, integer, interval, Model, numeric, text, timestamp } from '../model/index.ts'
import { bigint } from '../model/numbers.ts'
import { createTableStatements } from '../sql/ddl.ts'
import { createDatabase } from '../testing/server.ts'
import { Database } from './database.ts'
import { ConstraintError } from './errors.ts'
import { openPglite } from './pglite/open-pglite.ts'
import { openPostgres } from './postgres/open-postgres.ts'

class Booking extends Model(
  'bookings',
  {
    id: identity(),
    name: text().unique(),
    starts: integer(),
    ends: integer(),
    nights: integer().generated({ sql: 'ends - starts' }),
  },
  { checks: { order: ['starts', '<', 'ends'] } },
) {}
class Guest extends Model('guests', {
  id: identity(),
  booking_id: bigint().references(() => Booking, { onDelete: 'restrict' }),
}) {}
class Stored extends Model('stored', {
  id: identity(),
  count: bigint({ exact: true }).nullable(),
  price: numeric().nullable(),
  takes: interval().nullable(),
  madeAt: timestamp().nullable(),
  day: date().nullable(),
}) {}
class Plain extends Model('plain', {
  id: identity(),
  count: bigint({ exact: true }),
  price: numeric(),
  takes: interval(),
  made_at: timestamp(),
}) {}
class InUse extends errorOf(409, 'IN_USE', 'It is in use.') {}
class NameTaken extends errorOf(409, 'NAME_TAKEN', 'The name is taken.') {}
class Backwards extends errorOf(400, 'BACKWARDS', 'It ends before it starts.') {}
class Overlap extends errorOf(409, 'OVERLAP', 'It overlaps another.') {}

const opens = {
  postgres: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url }), drop }
  },
  pglite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

for (const [kind, open] of Object.entries(opens)) {
  describe(`what cannot be stored or read on ${kind}`, { timeout: 300_000 }, () => {
    let opened: Awaited<ReturnType<typeof open>>
    let db: Database
    before(async () => {
      opened = await open()
      db = new Database(opened.driver)
      const script = [
        ...createTableStatements([Booking, Guest, Stored, Plain]),
        'alter table bookings add constraint apart exclude using gist (int4range(starts, ends) with &&)',
      ]
      await opened.driver.session((connection) => connection.script(script.join(';\n')))
    })
    after(() => opened.driver.close().then(() => opened.drop()))

    it('onViolation names an error for each sort of constraint', async () => {
      const refusals = { unique: NameTaken, check: Backwards, exclusion: Overlap }
      const insert = (name: string, starts: number, ends: number) =>
        db.insert(Booking, { name, starts, ends }).onViolation(refusals)
      await insert('a', 1, 3).run()
      await assert.rejects(insert('a', 7, 9).run(), NameTaken)
      await assert.rejects(insert('b', 9, 7).run(), Backwards)
      await assert.rejects(insert('b', 2, 4).run(), Overlap)
      assert.deepEqual(insert('b', 2, 4).throws, [NameTaken, Backwards, Overlap])
      const update = db.update(Booking, { ends: 0 }).where({ name: 'a' })
      await assert.rejects(update.onViolation({ check: Backwards }).run(), Backwards)
      await assert.rejects(update.run(), (error) => {
        assert.ok(error instanceof ConstraintError)
        return error.kind === 'check' && error.report.constraint === 'bookings_order_check'
      })
      await assert.rejects(db.insert(Booking, { name: 'c', starts: 2, ends: 4 }).run(), {
        kind: 'exclusion',
        status: 409,
      })
    })

    it('onViolation knows a reference that restricts, which has an SQLSTATE of its own', async () => {
      const booking = await db.insert(Booking, { name: 'kept', starts: 100, ends: 101 }).run()
      await db.insert(Guest, { booking_id: booking.id }).run()
      const attempt = db.delete(Booking).where({ id: booking.id })
      await assert.rejects(attempt.run(), { code: 'TENON_CONSTRAINT', kind: 'reference', status: 409 })
      await assert.rejects(attempt.onViolation({ reference: InUse }).run(), InUse)
    })

    it('a value for what the database computes is refused by name', async () => {
      const message = /^Cannot set Booking\.nights: the database computes it from the row\. Leave it out\./
      const values = { name: 'd', starts: 10, ends: 11, nights: 1 } as { name: string; starts: number; ends: number }
      await assert.rejects(db.insert(Booking, values).run(), { code: 'TENON_USAGE', message })
      await assert.rejects(db.insert(Booking, [values, values]).run(), { message })
      await assert.rejects(db.update(Booking, values).where({ name: 'd' }).run(), { message })
      const { nights: _, ...rest } = values as typeof values & { nights: number }
      await assert.rejects(db.insert(Booking, rest).onConflictDoUpdate(['name'], ['nights']).run(), { message })
      const booking = await db.insert(Booking, rest).run()
      assert.equal(booking.nights, 1)
      booking.nights = 5
      await assert.rejects(
        db
          .update(Booking, { ...booking })
          .where({ id: booking.id })
          .run(),
        { message },
      )
    })

    it('a stored value that memory cannot hold names model, field and column', async () => {
      const store = (columns: string, values: string) =>
        opened.driver.run({ text: `insert into stored (${columns}) values (${values}) returning id`, values: [] })
      const failing = async (columns: string, values: string, message: RegExp) => {
        await opened.driver.run({ text: 'delete from stored', values: [] })
        await store(columns, values)
        const error = { code: 'TENON_STORED_VALUE', message }
        await assert.rejects(db.select(Stored).run(), error)
        await assert.rejects(db.select(Stored).first().run(), error)
      }
      const { columns } = describeModel(Stored)
      assert.equal(columns.find(({ field }) => field === 'madeAt')?.name, 'made_at')
      await opened.driver.run({ text: 'alter table stored drop constraint if exists stored_made_at_check', values: [] })
      await failing(
        'made_at',
        "'infinity'",
        /^Cannot read Stored\.madeAt \(column made_at\): it is infinity.*\n {2}in select from Stored at /,
      )
      await opened.driver.run({ text: 'alter table stored drop constraint if exists stored_day_check', values: [] })
      await failing('day', "'-infinity'", /^Cannot read Stored\.day: it is -infinity/)
      await failing('id', '9007199254740993', /^Cannot read Stored\.id: it is beyond the safe integers/)
    })

    it('Kysely’s rows are read as the fields are', async () => {
      const values = {
        count: 9223372036854775807n,
        price: '0.100',
        takes: 'P1DT2H',
        made_at: new Date('2026-01-01T00:00:00.123Z'),
      }
      const stored = await db.insert(Plain, values).run()
      const [row] = await db.kysely({ Plain }, (tables) => tables.selectFrom('plain').selectAll()).run()
      assert.deepEqual({ ...row }, { ...stored })
      const precise = await db
        .kysely({ Plain }, (tables) =>
          tables.updateTable('plain').set({ made_at: stored.made_at }).returning(['made_at', 'count as other']),
        )
        .run()
        .catch((error: Error) => error.message)
      // Under another name it is a number, as of any SQL of one's own, and this one is none.
      assert.match(String(precise), /Cannot read other: it is beyond the safe integers/)
    })
  })
}
