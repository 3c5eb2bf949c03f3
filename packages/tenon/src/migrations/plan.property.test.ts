import { after, before, describe, it } from 'node:test'
import { changed } from '../../test/random-changes.ts'
import { Random, randomSchema, rowsToSql, toSql } from '../../test/random-schemas.ts'
import { type Place, places, tryChange } from '../../test/schemas.ts'

const [first = 1, count = 40] = (process.env.SEEDS ?? '').split(',').filter(Boolean).map(Number)

for (const [kind, open] of Object.entries(places)) {
  describe(`random pairs of schemas on ${kind}`, () => {
    let place: Place
    before(async () => {
      place = await open()
    })
    after(() => place.close())
    for (let seed = first; seed < first + count; seed++) {
      it(`of the seed ${seed}`, async () => {
        const random = new Random(seed)
        const from = randomSchema(random)
        const { tables, renames } = changed(random, from)
        const change = { from: `${toSql(from)};\n${rowsToSql(from)}`, to: toSql(tables), renames, fills: true }
        try {
          await tryChange(place.connection, change)
        } catch (error) {
          console.log(`${change.from};\n\n${change.to};\n${renames.join('\n')}`)
          throw error
        }
      })
    }
  })
}
