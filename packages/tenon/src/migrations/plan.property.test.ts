import { after, before, describe, it } from 'node:test'
import { changed } from '../../test/random-changes.ts'
import { Random, randomSchema, rowsToSql, toSql } from '../../test/random-schemas.ts'
import { type Place, places, tryChange } from '../../test/schemas.ts'

// SEEDS=500,200 tries 200 others, from 500 on.
const [first = 1, count = 20] = (process.env.SEEDS ?? '').split(',').filter(Boolean).map(Number)

for (const [kind, open] of Object.entries(places)) {
  describe(`plan of random pairs of schemas on ${kind}`, () => {
    let place: Place
    before(async () => {
      place = await open()
    })
    after(() => place.close())

    for (let seed = first; seed < first + count; seed++) {
      it(`leads there, back and there again with the seed ${seed}`, async () => {
        const random = new Random(seed)
        const schema = randomSchema(random)
        const { tables, renames } = changed(random, schema)
        const [from, to] = [`${toSql(schema)};\n${rowsToSql(schema)}`, toSql(tables)]
        try {
          await tryChange(place.connection, { from, to, renames, fills: true })
        } catch (error) {
          throw new Error(`Seed ${seed}, renames ${renames.join(', ')}:\n${from};\n\n${to}`, { cause: error })
        }
      })
    }
  })
}
