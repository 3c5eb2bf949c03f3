import { Database, openPglite } from 'tenon/database'
import { app, created, dependency, errorOf, page, pageQuery, router, serve } from 'tenon/http'
import { loadRevisions, upgrade } from 'tenon/migrations'
import { identity, Model, now, text, timestamp } from 'tenon/model'
import { openapi } from 'tenon/openapi'

export class Note extends Model('notes', {
  id: identity(),
  text: text({ min: 1, max: 500, trim: true }).code('INVALID_TEXT').example('Buy milk'),
  written_at: timestamp().default(now).readOnly(),
}) {}

class NoteNotFound extends errorOf(404, 'NOTE_NOT_FOUND', 'There is no such note.') {}

export const database = dependency(
  {},
  async function* () {
    const driver = await openPglite()
    try {
      await upgrade(driver, await loadRevisions(`${import.meta.dirname}/migrations`))
      yield new Database(driver)
    } finally {
      await driver.close()
    }
  },
  { scope: 'app' },
)

const notes = router('/notes', { tags: ['notes'], uses: { db: database } })

notes.get('/', { query: pageQuery(), returns: page(Note.public) }, ({ db, query }) =>
  db.select(Note).order({ id: 'desc' }).page(query),
)

notes.post('/', { body: Note.create, returns: created(Note.public) }, ({ db, body }) => db.insert(Note, body))

notes.get('/{id:int}', { returns: Note.public, throws: [NoteNotFound] }, ({ db, params }) =>
  db.select(Note).where({ id: params.id }).one(NoteNotFound),
)

export const createApp = () => app({ routers: [notes], extensions: [openapi({ title: 'Notes', version: '1.0.0' })] })

if (import.meta.main) console.log((await serve(createApp(), { host: '127.0.0.1', port: 8000 })).url)
