import { desc, eq } from 'drizzle-orm'
import { measureBuilds } from '../../statements/measure-builds.ts'
import { db, tasks } from '../drizzle/schema.ts'

await measureBuilds((user) =>
  db.select().from(tasks).where(eq(tasks.user_id, user)).orderBy(desc(tasks.id)).limit(20).offset(40).toSQL(),
)
process.exit(0)
