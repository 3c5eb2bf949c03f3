import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { places } from '../../../test/schemas.ts'
import { parseRevision } from '../revision.ts'
import { lintRevisions } from './lint-revisions.ts'

const revision = (number: number, up: string, options = '') => {
  const id = `20260101_00000${number}_step`
  return parseRevision(`migrations/${id}.sql`, id, `-- migrate:up${options}\n${up}\n-- migrate:down\nselect 1;\n`)
}
const first = revision(1, 'create table tasks (id bigint primary key, title varchar(20));')
const second = revision(2, 'alter table tasks alter title type text;\nalter table tasks\n  alter id type int;')
const third = revision(
  3,
  `alter table tasks add done boolean default false;
create temporary table moved on commit drop as select 1 as one;
insert into moved values (2);
alter table tasks drop done;`,
)
const fourth = revision(4, 'update tasks set title = null;\ndrop index if exists tasks_title;')

for (const [kind, open] of Object.entries(places)) {
  const found = async (...parameters: Parameters<typeof lintRevisions>) => {
    const { findings, notMeasured } = await lintRevisions(parameters[0], { ...parameters[1], open })
    return { lines: findings.map(({ file, line, rule }) => `${file.slice(-10, -4)}:${line} ${rule}`), notMeasured }
  }

  describe(`lintRevisions on ${kind}`, () => {
    it('looks at the heads, with what was measured after what came before', async () => {
      assert.deepEqual(await found([first, second]), { lines: ['2_step:4 changing-column-type'], notMeasured: [] })
    })

    it('looks at those that are named', async () => {
      const { lines } = await found([first, second], { only: [first] })
      assert.deepEqual(lines, ['1_step:2 prefer-text-field'])
    })

    it('says what does not run statement by statement, and goes on behind it', async () => {
      assert.deepEqual(await found([first, second, third, fourth], { only: [third, fourth] }), {
        lines: [
          '3_step:5 ban-drop-column',
          '4_step:2 backfill-without-batches',
          '4_step:3 require-concurrent-index-deletion',
        ],
        notMeasured: ['20260101_000003_step: statement 3 cannot be traced by itself: relation "moved" does not exist'],
      })
    })

    it('goes by the syntax where the history does not run', async () => {
      const broken = revision(2, 'drop table nothing;')
      assert.deepEqual(await found([first, broken, third], { only: [third] }), {
        lines: ['3_step:5 ban-drop-column'],
        notMeasured: ['20260101_000002_step and what comes after it: table "nothing" does not exist'],
      })
    })
  })
}
