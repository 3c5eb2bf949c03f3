import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lint } from './lint.ts'

/** Findings as `line rule`, of statements that end in `;` at a line's end, in a section that begins on line 10. */
async function found(sql: string): Promise<string[]> {
  const statements: { sql: string; line: number }[] = []
  let line = 10
  for (const part of sql.split(/(?<=;)\n/)) {
    statements.push({ sql: part, line })
    line += part.split('\n').length
  }
  const context = { file: 'a.sql', section: { sql, line: 10, transaction: true } }
  return (await lint(statements, [], context)).map(({ line, rule }) => `${line} ${rule}`)
}

describe('lint', () => {
  it('names the line', async () => {
    const sql = '-- über\nalter table a\n  add b json,\n  drop c;\n\n-- then\ndrop table d;'
    assert.deepEqual(await found(sql), ['11 ban-drop-column', '12 prefer-jsonb', '16 ban-drop-table'])
  })

  it('reports what cannot be read and goes on', async () => {
    assert.deepEqual(await found('create table a (\n  id bigint,\n);\ndrop table d;'), [
      '12 syntax-error',
      '13 ban-drop-table',
    ])
  })

  it('is silenced for the statement below the comment alone', async () => {
    const sql = '-- squawk-ignore ban-drop-table\ndrop table a;\ndrop table b;'
    assert.deepEqual(await found(sql), ['12 ban-drop-table'])
  })

  it('is silenced for several rules, with a reason behind them', async () => {
    const sql = '-- squawk-ignore prefer-jsonb, ban-drop-column -- agreed\nalter table a add b json, drop c;'
    assert.deepEqual(await found(sql), [])
  })

  it('is silenced by a comment inside the statement, and wholly by one without a rule', async () => {
    assert.deepEqual(await found('alter table a\n  /* squawk-ignore ban-drop-column */\n  drop c;'), [])
    assert.deepEqual(await found('-- squawk-ignore\nalter table a add b json, drop c;'), [])
  })

  it('is silenced throughout by squawk-ignore-file', async () => {
    assert.deepEqual(await found('-- squawk-ignore-file ban-drop-table\ndrop table a;\ndrop table b;'), [])
  })

  it('is not silenced by words in a string', async () => {
    assert.deepEqual(await found("comment on table a is '\n-- squawk-ignore ban-drop-table\n';\ndrop table a;"), [
      '13 ban-drop-table',
    ])
  })

  it('reports a comment that silences nothing', async () => {
    assert.deepEqual(
      await found('-- squawk-ignore ban-drop-table, no-such-rule\nselect 1;\n-- squawk-ignore\nselect 2;'),
      ['10 unused-ignore', '10 unused-ignore', '12 unused-ignore'],
    )
  })
})
