import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkLayers, readImports } from './layers.ts'

const publicNames = ['tenon/model', 'tenon/http']

/** The messages for one file, as `line: message`. */
function check(file: string, text: string): string[] {
  return checkLayers(new Map([[file, text]]), publicNames).map(({ line, message }) => `${line}: ${message}`)
}

function inStack(file: string, text: string): string[] {
  return check(`packages/tenon/src/${file}`, text)
}

/** Each breaks one rule; the words are in the message. */
const broken: readonly [rule: string, file: string, text: string, words: RegExp][] = [
  ['a layer above', 'core/a.ts', "import { x } from '../model/b.ts'", /core may not import model, only itself/],
  [
    'a type of a layer above',
    'model/a.ts',
    "import type { X } from '../sql/b.ts'",
    /model may not import sql, only core/,
  ],
  ['a type by import()', 'model/a.ts', "let x: import('../sql/b.ts').X", /model may not import sql/],
  ['a re-export', 'sql/a.ts', "export { x } from '../database/b.ts'", /sql may not import database/],
  ['a side effect', 'sql/a.ts', "import '../database/b.ts'", /sql may not import database/],
  ['http and the database', 'http/a.ts', "import { x } from '../database/b.ts'", /http may not import database/],
  ['http and sql', 'sql/a.ts', "import { x } from '../http/b.ts'", /sql may not import http/],
  ['migrations and http', 'migrations/a.ts', "import { x } from '../http/b.ts'", /migrations may not import http/],
  ['the router knows no OpenAPI', 'http/a.ts', "import { x } from '../openapi/b.ts'", /http may not import openapi/],
  ['auth and the database', 'auth/a.ts', "import { x } from '../database/b.ts'", /auth may not import database/],
  ['an unknown folder', 'blue/a.ts', "import { x } from '../core/b.ts'", /blue is in no layer/],
  ['outside the package', 'core/a.ts', "import { x } from '../../../../apps/b.ts'", /leaves the package/],
  ['an index inside', 'http/a.ts', "import { x } from '../model/index.ts'", /public entrance/],
  ['an index of its own', 'http/a.ts', "import { x } from './index.ts'", /public entrance/],
  ['its own public name', 'http/a.ts', "import { x } from 'tenon/model'", /the name for those outside/],
  ['a driver', 'database/a.ts', "import { Pool } from 'pg'", /pg may not be imported here/],
  ['a driver in testing', 'testing/client.ts', "import { Pool } from 'pg'", /pg may not be imported here/],
  ['the embedded driver', 'migrations/a.ts', "import { P } from '@electric-sql/pglite'", /pglite may not be imported/],
  ['the statement builder', 'migrations/a.ts', "import { sql } from 'kysely'", /kysely may not be imported here/],
  ['the server', 'openapi/a.ts', "import type { F } from 'fastify'", /fastify may not be imported here/],
  [
    'a plugin of the server',
    'cli/a.ts',
    "import { c } from '@fastify/cors'",
    /@fastify\/cors may not be imported here/,
  ],
  ['I/O in model', 'model/a.ts', "import { x } from 'node:fs'", /model does no I\/O/],
  ['I/O in sql by a bare name', 'sql/a.ts', "import { x } from 'crypto'", /sql does no I\/O/],
  ['a vague file', 'http/helpers.ts', '', /says nothing of what is in it/],
  ['a vague folder', 'utils/dates.ts', '', /says nothing of what is in it/],
]

const sound: readonly [rule: string, file: string, text: string][] = [
  ['core from everywhere', 'neon/a.ts', "import { x } from '../core/b.ts'"],
  ['its own folder', 'core/a.ts', "import { x } from './b.ts'"],
  ['the whole way down', 'cli/a.ts', "import { x } from '../model/b.ts'"],
  ['the driver in its place', 'database/postgres/a.ts', "import { Pool } from 'pg'"],
  ['the server that tests use', 'testing/server.ts', "import { Client } from 'pg'"],
  ['any layer in a test', 'model/a.test.ts', "import { x } from '../http/b.ts'\nimport { y } from 'node:test'"],
  ['an index in a test', 'http/a.test.ts', "import { x } from '../model/index.ts'"],
  ['words in a comment', 'core/a.ts', "// import { x } from '../model/b.ts'\n/** `import('../http/b.ts')` */\n"],
  ['words in a string', 'core/a.ts', 'const text = "import { x } from \'../model/b.ts\'"'],
  ['a package whose name begins alike', 'http/a.ts', "import { x } from 'pgx'"],
]

describe('checkLayers', () => {
  for (const [rule, file, text, words] of broken) {
    it(`refuses ${rule}`, () => {
      const found = inStack(file, text)
      assert.equal(found.length, 1)
      assert.match(found[0] ?? '', words)
    })
  }

  for (const [rule, file, text] of sound) it(`allows ${rule}`, () => assert.deepEqual(inStack(file, text), []))

  it('takes the benchmarks for one application that may start the PostgreSQL of the tests', () => {
    const text = ["import { a } from '../load/a.ts'", "import { b } from '../../scripts/postgres-server.ts'"]
    assert.deepEqual(check('benchmarks/measure/a.ts', text.join('\n')), [])
    const wrong = [
      "import { c } from '../../scripts/ok.ts'",
      "import { d } from '../../packages/tenon/src/http/app.ts'",
    ]
    assert.equal(check('benchmarks/measure/a.ts', wrong.join('\n')).length, 2)
  })

  it('allows an application its own files, packages and public names alone', () => {
    const text = ["import { a } from '../tags/tag.ts'", "import { z } from 'zod'", "import { b } from 'tenon/http'", '']
    assert.deepEqual(check('apps/todo/src/tasks/task.ts', text.join('\n')), [])
    const wrong = [
      "import { a } from '../../../other/b.ts'",
      "import { b } from 'tenon/sql'",
      "import { c } from 'tenon'",
    ]
    const found = check('apps/todo/src/tasks/task.ts', wrong.join('\n'))
    assert.match(found[0] ?? '', /^1: .*leaves the application/)
    assert.match(
      found[1] ?? '',
      /^2: tenon\/sql is not a public name of the stack. There are: tenon\/model, tenon\/http/,
    )
    assert.match(found[2] ?? '', /^3: tenon is not a public name/)
    assert.equal(found.length, 3)
  })

  it('names the line where a statement of several lines ends', () => {
    const text = "\nimport {\n  a,\n  type B,\n} from './b.ts'\n"
    assert.deepEqual(
      readImports('packages/tenon/src/http/a.ts', text).map(({ line, target }) => [line, target]),
      [[5, 'packages/tenon/src/http/b.ts']],
    )
  })
})
