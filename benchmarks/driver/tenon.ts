import { Database, openPostgres } from 'tenon/database'
import { Task } from '../tenon/model.ts'
import { measureCalls } from './measure-calls.ts'

const db = new Database(openPostgres({ url: process.argv[2] ?? '', max: 5 }))

await measureCalls((id) => db.find(Task, id).run())
