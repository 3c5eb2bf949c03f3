import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { measureBuilds } from '../../statements/measure-builds.ts'

interface Tables {
  tasks: { id: number; title: string; user_id: number }
}

const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

await measureBuilds((user) =>
  db.selectFrom('tasks').selectAll().where('user_id', '=', user).orderBy('id', 'desc').limit(20).offset(40).compile(),
)
