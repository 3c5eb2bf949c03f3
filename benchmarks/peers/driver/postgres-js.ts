import postgres from 'postgres'
import { measureCalls } from '../../driver/measure-calls.ts'
import { columns } from './columns.ts'

// It prepares and pipelines by itself.
const sql = postgres(process.argv[2] ?? '', { max: 5 })

await measureCalls((id) => sql`select ${sql.unsafe(columns)} from tasks where id = ${id}`)
