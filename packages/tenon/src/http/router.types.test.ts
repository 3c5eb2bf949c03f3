import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Editor } from '../../test/editor.ts'

const routes = `
import { z } from 'zod'
import { created, dependency, errorOf, reply, router } from '../http/index.ts'
import { identity, Model, text } from './index.ts'
import { Database } from '../database/database.ts'
class Thing extends Model('things', { id: identity(), name: text() }) {}
class Other extends Model('others', { id: identity(), size: text() }) {}
class NoThing extends errorOf(404, 'NO_THING', 'There is no such thing.') {}
declare const db: Database
const database = dependency({}, () => db)
const r = router('/things', { uses: { db: database } })
const declared = router('/things', { uses: { db: database }, throws: [NoThing] })
`
const linesBefore = routes.split('\n').length - 1

describe('routes', () => {
  const editor = new Editor()
  before(() => editor.start())
  after(() => editor[Symbol.dispose]())

  const errorsOf = async (name: string, program: string) =>
    (await editor.open(`${name}.example.ts`, `${routes}${program}\n`).errors())
      .filter((error) => Number(error.split(':')[0]) > linesBefore - 1)
      .map((error) => error.replace(/^\d+: /, ''))

  const good: [what: string, program: string][] = [
    ['a query as it stands', `r.get('/', { returns: z.array(Thing.public) }, ({ db }) => db.select(Thing))`],
    [
      'a declared error',
      `r.get('/{id:int}', { returns: Thing.public, throws: [NoThing] }, ({ db, params }) => db.select(Thing).where({ id: params.id }).one(NoThing))`,
    ],
    [
      'an error that the router declares',
      `declared.get('/{id:int}', { returns: Thing.public }, ({ db, params }) => db.select(Thing).where({ id: params.id }).one(NoThing))`,
    ],
    [
      'a query in a reply',
      `r.get('/', { returns: z.array(Thing.public) }, ({ db }) => reply(db.select(Thing), { headers: {} }))`,
    ],
    [
      'nothing where nothing is declared',
      `r.delete('/{id:int}', { throws: [NoThing] }, ({ db, params }) => db.delete(Thing).where({ id: params.id }).orThrow(NoThing))`,
    ],
  ]
  for (const [what, program] of good) {
    it(`may return ${what}`, async () => {
      assert.deepEqual(await errorsOf('good-route', program), [])
    })
  }

  const mistakes: [what: string, program: string, error: RegExp][] = [
    [
      'an error that is not declared',
      `r.get('/', { returns: Thing.public }, ({ db }) => db.select(Thing).one(NoThing))`,
      /NoThing.* is not assignable to type .*DeclareItInThrows/,
    ],
    [
      'an unknown parameter',
      `r.get('/{id:int}', {}, ({ params }) => { params.idd })`,
      /Property 'idd' does not exist on type 'ParamsOf<"\/things\/\{id:int\}">'\. Did you mean 'id'\?|Property 'idd' does not exist/,
    ],
    [
      'a parameter of a kind that does not exist',
      `r.get('/{id:integer}', { returns: z.number() }, ({ params }) => params.id)`,
      /NoSuchKind<"integer">/,
    ],
    ['a body that was not declared', `r.post('/', {}, ({ body }) => {})`, /Property 'body' does not exist/],
    ['a misspelt option', `r.get('/', { retuns: Thing.public }, () => {})`, /Did you mean to write 'returns'\?/],
    [
      'many rows where one is declared',
      `r.get('/', { returns: Thing.public }, ({ db }) => db.select(Thing))`,
      /'Thing\[\]' is missing the following properties/,
    ],
    [
      'rows of another model',
      `r.get('/', { returns: z.array(Thing.public) }, ({ db }) => db.select(Other))`,
      /Property 'name' is missing in type 'Other'/,
    ],
    ['a dependency that is not in uses', `r.get('/', {}, ({ user }) => {})`, /Property 'user' does not exist/],
  ]
  for (const [what, program, error] of mistakes) {
    it(`refuse ${what}, in words that a person understands`, async () => {
      assert.match((await errorsOf('bad-route', program)).join('\n'), error)
    })
  }
})
