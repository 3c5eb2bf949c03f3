import { Database, type Driver, type Outcome } from 'tenon/database'
import { Task } from '../tenon/model.ts'
import { measureBuilds } from './measure-builds.ts'

const nothing: Outcome = { columns: [], types: [], rows: [], affected: 0 }

/** Takes every statement and answers no rows, so that only the way to it is measured. */
const silent = { kind: 'postgres', place: 'nowhere', run: async () => nothing } as unknown as Driver
const db = new Database(silent)

await measureBuilds((user_id) => db.select(Task).where({ user_id }).order({ id: 'desc' }).limit(20).offset(40).run())
