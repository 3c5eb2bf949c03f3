import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { readSchema } from '../../test/schemas.ts'
import { findDifferences } from './differences.ts'
import { type Engine, openEngine } from './engine.ts'

const kinds: readonly { what: string; from: string; to: string; lines: string[] }[] = [
  {
    what: 'a table that is new',
    from: '',
    to: 'create table t (id int primary key)',
    lines: ['t: table is added'],
  },
  {
    what: 'a table without columns',
    from: '',
    to: 'create table t ()',
    lines: ['t: table is added'],
  },
  {
    what: 'a table that is gone',
    from: 'create table t (id int primary key)',
    to: '',
    lines: ['t: table is dropped'],
  },
  {
    what: 'tables of one name in two schemas',
    from: 'create schema shop; create table shop.t (id int primary key); create table t (id int primary key)',
    to: 'create schema shop; create table shop.t (id int primary key, a int); create table t (id int primary key)',
    lines: ['shop.t.a: column is added: integer'],
  },
  {
    what: 'a schema that is new',
    from: '',
    to: 'create schema shop; create table shop.t (id int)',
    lines: ['shop: schema is added', 'shop.t: table is added'],
  },
  {
    what: 'a column that is new',
    from: 'create table t (id int)',
    to: 'create table t (id int, a text not null)',
    lines: ['t.a: column is added: text not null'],
  },
  {
    what: 'a column that is gone',
    from: 'create table t (id int, a text)',
    to: 'create table t (id int)',
    lines: ['t.a: column is dropped: text'],
  },
  {
    what: 'a column that differs in case',
    from: 'create table t (id int, a int)',
    to: 'create table t (id int, "A" int)',
    lines: ['t.A: column is added: integer', 't.a: column is dropped: integer'],
  },
  {
    what: 'nullable',
    from: 'create table t (a int not null)',
    to: 'create table t (a int)',
    lines: ['t.a: becomes nullable'],
  },
  {
    what: 'not null',
    from: 'create table t (a int)',
    to: 'create table t (a int not null)',
    lines: ['t.a: becomes not null'],
  },
  {
    what: 'another type',
    from: 'create table t (a int)',
    to: 'create table t (a bigint)',
    lines: ['t.a: type differs: integer / bigint'],
  },
  {
    what: 'another length',
    from: 'create table t (a varchar(20))',
    to: 'create table t (a varchar(30))',
    lines: ['t.a: type differs: character varying(20) / character varying(30)'],
  },
  {
    what: 'a length where there was none',
    from: 'create table t (a varchar)',
    to: 'create table t (a varchar(30))',
    lines: ['t.a: type differs: character varying / character varying(30)'],
  },
  {
    what: 'another precision and scale',
    from: 'create table t (a numeric(8,2))',
    to: 'create table t (a numeric(10,4))',
    lines: ['t.a: type differs: numeric(8,2) / numeric(10,4)'],
  },
  {
    what: 'another precision of times',
    from: 'create table t (a timestamptz)',
    to: 'create table t (a timestamptz(3))',
    lines: ['t.a: type differs: timestamp with time zone / timestamp(3) with time zone'],
  },
  {
    what: 'with and without a time zone',
    from: 'create table t (a timestamp)',
    to: 'create table t (a timestamptz)',
    lines: ['t.a: type differs: timestamp without time zone / timestamp with time zone'],
  },
  {
    what: 'an array',
    from: 'create table t (a text)',
    to: 'create table t (a text[])',
    lines: ['t.a: type differs: text / text[]'],
  },
  {
    what: 'another collation',
    from: 'create table t (a text)',
    to: 'create table t (a text collate "C")',
    lines: ['t.a: type differs: text / text collate "C"'],
  },
  {
    what: 'a default that is new',
    from: 'create table t (a int)',
    to: 'create table t (a int default 1)',
    lines: ['t.a: default differs: none / 1'],
  },
  {
    what: 'a default that is gone',
    from: 'create table t (a int default 1)',
    to: 'create table t (a int)',
    lines: ['t.a: default differs: 1 / none'],
  },
  {
    what: 'another default',
    from: 'create table t (a int default 1)',
    to: 'create table t (a int default 2)',
    lines: ['t.a: default differs: 1 / 2'],
  },
  {
    what: 'a default by a function',
    from: "create table t (a text default 'x')",
    to: "create table t (a text default lower('X'))",
    lines: ["t.a: default differs: 'x'::text / lower('X'::text)"],
  },
  {
    what: 'null as a default',
    from: 'create table t (a int default 1)',
    to: 'create table t (a int default null)',
    lines: ['t.a: default differs: 1 / none'],
  },
  {
    what: 'an empty text as a default',
    from: 'create table t (a text)',
    to: "create table t (a text default '')",
    lines: ["t.a: default differs: none / ''::text"],
  },
  {
    what: 'another sequence as a default',
    from: 'create sequence s; create table t (a int default 1)',
    to: "create sequence s; create table t (a int default nextval('s'))",
    lines: ["t.a: default differs: 1 / nextval('s'::regclass)"],
  },
  {
    what: 'an identity that is new',
    from: 'create table t (a int not null)',
    to: 'create table t (a int generated by default as identity)',
    lines: ['t.a: identity differs: none / by default'],
  },
  {
    what: 'an identity that is gone',
    from: 'create table t (a int generated by default as identity)',
    to: 'create table t (a int not null)',
    lines: ['t.a: identity differs: by default / none'],
  },
  {
    what: 'always in place of by default',
    from: 'create table t (a int generated by default as identity)',
    to: 'create table t (a int generated always as identity)',
    lines: ['t.a: identity differs: by default / always'],
  },
  {
    what: 'serial to identity',
    from: 'create table t (a serial)',
    to: 'create table t (a int generated by default as identity)',
    lines: ["t.a: default differs: nextval('t_a_seq'::regclass) / none", 't.a: identity differs: none / by default'],
  },
  {
    what: 'computed now',
    from: 'create table t (a int, b int)',
    to: 'create table t (a int, b int generated always as (a + 1) stored)',
    lines: ['t.b: column is dropped: integer', 't.b: column is added: integer generated (a + 1)'],
  },
  {
    what: 'computed no more',
    from: 'create table t (a int, b int generated always as (a + 1) stored)',
    to: 'create table t (a int, b int)',
    lines: ['t.b: generated differs: (a + 1) / none'],
  },
  {
    what: 'another computation',
    from: 'create table t (a int, b int generated always as (a + 1) stored)',
    to: 'create table t (a int, b int generated always as (a + 2) stored)',
    lines: ['t.b: column is dropped: integer generated (a + 1)', 't.b: column is added: integer generated (a + 2)'],
  },
  {
    what: 'computed from a column of another type',
    from: 'create table t (a int, b int generated always as (a + 1) stored)',
    to: 'create table t (a smallint, b int generated always as (a + 1) stored)',
    lines: [
      't.b: column is dropped: integer generated (a + 1)',
      't.b: column is added: integer generated (a + 1)',
      't.a: type differs: integer / smallint',
    ],
  },
  {
    what: 'a primary key that is new',
    from: 'create table t (a int not null)',
    to: 'create table t (a int primary key)',
    lines: ['t.a: primary key t_pkey is added: (a)'],
  },
  {
    what: 'a primary key that is gone',
    from: 'create table t (a int primary key)',
    to: 'create table t (a int not null)',
    lines: ['t.a: primary key t_pkey is dropped: (a)'],
  },
  {
    what: 'another primary key',
    from: 'create table t (a int not null, b int not null, primary key (a))',
    to: 'create table t (a int not null, b int not null, primary key (a, b))',
    lines: ['t: primary key t_pkey differs: (a) / (a, b)'],
  },
  {
    what: 'the columns of a primary key in another order',
    from: 'create table t (a int, b int, primary key (a, b))',
    to: 'create table t (a int, b int, primary key (b, a))',
    lines: ['t: primary key t_pkey differs: (a, b) / (b, a)'],
  },
  {
    what: 'a unique constraint that is new',
    from: 'create table t (a int)',
    to: 'create table t (a int unique)',
    lines: ['t.a: unique t_a_key is added: (a)'],
  },
  {
    what: 'a unique constraint that is gone',
    from: 'create table t (a int unique)',
    to: 'create table t (a int)',
    lines: ['t.a: unique t_a_key is dropped: (a)'],
  },
  {
    what: 'a unique constraint over more columns',
    from: 'create table t (a int, b int, constraint u unique (a))',
    to: 'create table t (a int, b int, constraint u unique (a, b))',
    lines: ['t: unique u differs: (a) / (a, b)'],
  },
  {
    what: 'the columns of a unique constraint in another order',
    from: 'create table t (a int, b int, constraint u unique (a, b))',
    to: 'create table t (a int, b int, constraint u unique (b, a))',
    lines: ['t: unique u differs: (a, b) / (b, a)'],
  },
  {
    what: 'nulls not distinct',
    from: 'create table t (a int, constraint u unique (a))',
    to: 'create table t (a int, constraint u unique nulls not distinct (a))',
    lines: ['t.a: unique u differs: (a) / NULLS NOT DISTINCT (a)'],
  },
  {
    what: 'a deferrable unique constraint',
    from: 'create table t (a int, constraint u unique (a))',
    to: 'create table t (a int, constraint u unique (a) deferrable)',
    lines: ['t.a: unique u differs: (a) / (a) DEFERRABLE'],
  },
  {
    what: 'a unique constraint to a unique index',
    from: 'create table t (a int, constraint u unique (a))',
    to: 'create table t (a int); create unique index u on t (a)',
    lines: ['t.a: unique u is dropped: (a)', 't: index u is added: unique USING btree (a)'],
  },
  {
    what: 'a unique index to a unique constraint',
    from: 'create table t (a int); create unique index u on t (a)',
    to: 'create table t (a int, constraint u unique (a))',
    lines: ['t.a: unique u is added: (a)', 't: index u is dropped: unique USING btree (a)'],
  },
  {
    what: 'another name of a unique constraint',
    from: 'create table t (a int, constraint u unique (a))',
    to: 'create table t (a int, constraint v unique (a))',
    lines: ['t: constraint u is renamed to v'],
  },
  {
    what: 'a new column with a unique constraint',
    from: 'create table t (a int)',
    to: 'create table t (a int, b int unique)',
    lines: ['t.b: column is added: integer', 't.b: unique t_b_key is added: (b)'],
  },
  {
    what: 'a column that goes with its unique constraint',
    from: 'create table t (a int, b int unique)',
    to: 'create table t (a int)',
    lines: ['t.b: unique t_b_key is dropped: (b)', 't.b: column is dropped: integer'],
  },
  {
    what: 'a CHECK that is new',
    from: 'create table t (a int)',
    to: 'create table t (a int check (a > 0))',
    lines: ['t.a: CHECK t_a_check is added: (a > 0)'],
  },
  {
    what: 'a CHECK that is gone',
    from: 'create table t (a int check (a > 0))',
    to: 'create table t (a int)',
    lines: ['t.a: CHECK t_a_check is dropped: (a > 0)'],
  },
  {
    what: 'another CHECK under one name',
    from: 'create table t (a int check (a > 0))',
    to: 'create table t (a int check (a > 1))',
    lines: ['t.a: CHECK t_a_check differs: (a > 0) / (a > 1)'],
  },
  {
    what: 'one value more',
    from: "create table t (a text check (a in ('x')))",
    to: "create table t (a text check (a in ('x', 'y')))",
    lines: ["t.a: CHECK t_a_check differs: (a = 'x'::text) / (a = ANY (ARRAY['x'::text, 'y'::text]))"],
  },
]

describe('diff of tables, columns and keys', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine()
  })
  after(() => engine.close())

  for (const { what, from, to, lines } of kinds) {
    it(`sees ${what}`, async () => {
      const [start, end] = [await readSchema(engine.connection, from), await readSchema(engine.connection, to)]
      assert.deepEqual(findDifferences(start, end).lines, lines)
    })
  }
})
