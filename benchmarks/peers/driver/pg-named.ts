import { Pool } from 'pg'
import { measureCalls } from '../../driver/measure-calls.ts'
import { columns } from './columns.ts'

const pool = new Pool({ connectionString: process.argv[2], max: 5 })
const text = `select ${columns} from tasks where id = $1`

await measureCalls((id) => pool.query({ name: 'one', text, values: [id] }))
