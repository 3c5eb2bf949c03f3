import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { readSchema } from '../../test/schemas.ts'
import { findDifferences } from './differences.ts'
import { type Engine, openEngine } from './engine.ts'

const kinds: readonly { what: string; from: string; to: string; lines: string[] }[] = [
  {
    what: 'a CHECK over two columns',
    from: 'create table t (a int, b int)',
    to: 'create table t (a int, b int, constraint r check (a < b))',
    lines: ['t: CHECK r is added: (a < b)'],
  },
  {
    what: 'a CHECK that is not inherited',
    from: 'create table t (a int, constraint r check (a > 0))',
    to: 'create table t (a int, constraint r check (a > 0) no inherit)',
    lines: ['t.a: CHECK r differs: (a > 0) / ((a > 0)) NO INHERIT'],
  },
  {
    what: 'a reference that is new',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p)',
    lines: ['c.r: foreign key c_r_fkey is added: (r) references p (id)'],
  },
  {
    what: 'a reference that is gone',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int)',
    lines: ['c.r: foreign key c_r_fkey is dropped: (r) references p (id)'],
  },
  {
    what: 'a reference to another table',
    from: 'create table q (id int primary key); create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, constraint f foreign key (r) references p)',
    to: 'create table q (id int primary key); create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, constraint f foreign key (r) references q)',
    lines: ['c.r: foreign key f differs: (r) references p (id) / (r) references q (id)'],
  },
  {
    what: 'a reference of two columns',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, s int)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, s int, foreign key (r, s) references p (a, b))',
    lines: ['c: foreign key c_r_s_fkey is added: (r, s) references p (a, b)'],
  },
  {
    what: 'the columns of a reference in another order',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, s int, constraint f foreign key (r, s) references p (a, b))',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, s int, constraint f foreign key (s, r) references p (a, b))',
    lines: ['c: foreign key f differs: (r, s) references p (a, b) / (s, r) references p (a, b)'],
  },
  {
    what: 'a reference to the table itself',
    from: 'create table t (id int primary key, r int)',
    to: 'create table t (id int primary key, r int references t)',
    lines: ['t.r: foreign key t_r_fkey is added: (r) references t (id)'],
  },
  {
    what: 'a reference to another schema',
    from: 'create schema shop; create table shop.p (id int primary key); create table c (r int)',
    to: 'create schema shop; create table shop.p (id int primary key); create table c (r int references shop.p)',
    lines: ['c.r: foreign key c_r_fkey is added: (r) references shop.p (id)'],
  },
  {
    what: 'on delete',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p on delete cascade)',
    lines: ['c.r: foreign key c_r_fkey differs: (r) references p (id) / (r) references p (id) ON DELETE CASCADE'],
  },
  {
    what: 'another on delete',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p on delete cascade)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p on delete set null)',
    lines: [
      'c.r: foreign key c_r_fkey differs: (r) references p (id) ON DELETE CASCADE / (r) references p (id) ON DELETE SET NULL',
    ],
  },
  {
    what: 'on delete of one of the columns',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, s int, constraint f foreign key (r, s) references p (a, b) on delete set null)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, s int, constraint f foreign key (r, s) references p (a, b) on delete set null (s))',
    lines: [
      'c: foreign key f differs: (r, s) references p (a, b) ON DELETE SET NULL / (r, s) references p (a, b) ON DELETE SET NULL (s)',
    ],
  },
  {
    what: 'on update',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p on update cascade)',
    lines: ['c.r: foreign key c_r_fkey differs: (r) references p (id) / (r) references p (id) ON UPDATE CASCADE'],
  },
  {
    what: 'a deferrable reference',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p deferrable)',
    lines: ['c.r: foreign key c_r_fkey differs: (r) references p (id) / (r) references p (id) DEFERRABLE'],
  },
  {
    what: 'an initially deferred reference',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p deferrable)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p deferrable initially deferred)',
    lines: [
      'c.r: foreign key c_r_fkey differs: (r) references p (id) DEFERRABLE / (r) references p (id) DEFERRABLE INITIALLY DEFERRED',
    ],
  },
  {
    what: 'match full',
    from: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p)',
    to: 'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p match full)',
    lines: ['c.r: foreign key c_r_fkey differs: (r) references p (id) / (r) references p (id) MATCH FULL'],
  },
  {
    what: 'an index that is new',
    from: 'create table t (a int)',
    to: 'create table t (a int); create index i on t (a)',
    lines: ['t: index i is added: USING btree (a)'],
  },
  {
    what: 'an index that is gone',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int)',
    lines: ['t: index i is dropped: USING btree (a)'],
  },
  {
    what: 'another name of an index',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int); create index j on t (a)',
    lines: ['t: index i is renamed to j'],
  },
  {
    what: 'an index that is unique now',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int); create unique index i on t (a)',
    lines: ['t: index i differs: USING btree (a) / unique USING btree (a)'],
  },
  {
    what: 'the columns of an index in another order',
    from: 'create table t (a int, b int); create index i on t (a, b)',
    to: 'create table t (a int, b int); create index i on t (b, a)',
    lines: ['t: index i differs: USING btree (a, b) / USING btree (b, a)'],
  },
  {
    what: 'an index over more columns',
    from: 'create table t (a int, b int); create index i on t (a)',
    to: 'create table t (a int, b int); create index i on t (a, b)',
    lines: ['t: index i differs: USING btree (a) / USING btree (a, b)'],
  },
  {
    what: 'another order in an index',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int); create index i on t (a desc)',
    lines: ['t: index i differs: USING btree (a) / USING btree (a DESC)'],
  },
  {
    what: 'another place of nulls',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int); create index i on t (a nulls first)',
    lines: ['t: index i differs: USING btree (a) / USING btree (a NULLS FIRST)'],
  },
  {
    what: 'an expression in an index',
    from: 'create table t (a text); create index i on t (lower(a))',
    to: 'create table t (a text); create index i on t (upper(a))',
    lines: ['t: index i differs: USING btree (lower(a)) / USING btree (upper(a))'],
  },
  {
    what: 'another condition of an index',
    from: 'create table t (a int); create index i on t (a) where a > 0',
    to: 'create table t (a int); create index i on t (a) where a > 1',
    lines: ['t: index i differs: USING btree (a) WHERE (a > 0) / USING btree (a) WHERE (a > 1)'],
  },
  {
    what: 'a condition where there was none',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int); create index i on t (a) where a > 1',
    lines: ['t: index i differs: USING btree (a) / USING btree (a) WHERE (a > 1)'],
  },
  {
    what: 'columns that an index includes',
    from: 'create table t (a int, b int); create index i on t (a)',
    to: 'create table t (a int, b int); create index i on t (a) include (b)',
    lines: ['t: index i differs: USING btree (a) / USING btree (a) INCLUDE (b)'],
  },
  {
    what: 'another operator class',
    from: 'create table t (a text); create index i on t (a)',
    to: 'create table t (a text); create index i on t (a text_pattern_ops)',
    lines: ['t: index i differs: USING btree (a) / USING btree (a text_pattern_ops)'],
  },
  {
    what: 'another collation of an index',
    from: 'create table t (a text); create index i on t (a)',
    to: 'create table t (a text); create index i on t (a collate "C")',
    lines: ['t: index i differs: USING btree (a) / USING btree (a COLLATE "C")'],
  },
  {
    what: 'another method of an index',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int); create index i on t using hash (a)',
    lines: ['t: index i differs: USING btree (a) / USING hash (a)'],
  },
  {
    what: 'parameters of an index',
    from: 'create table t (a int); create index i on t (a)',
    to: 'create table t (a int); create index i on t (a) with (fillfactor = 50)',
    lines: ["t: index i differs: USING btree (a) / USING btree (a) WITH (fillfactor='50')"],
  },
  {
    what: 'an index whose nulls are not distinct',
    from: 'create table t (a int); create unique index i on t (a)',
    to: 'create table t (a int); create unique index i on t (a) nulls not distinct',
    lines: ['t: index i differs: unique USING btree (a) / unique USING btree (a) NULLS NOT DISTINCT'],
  },
  {
    what: 'an exclusion',
    from: 'create table t (a int4range, constraint x exclude using gist (a with &&))',
    to: 'create table t (a int4range, constraint x exclude using gist (a with =))',
    lines: ['t.a: exclusion x differs: USING gist (a WITH &&) / USING gist (a WITH =)'],
  },
  {
    what: 'a comment of a table',
    from: 'create table t (a int)',
    to: "create table t (a int); comment on table t is 'It''s'",
    lines: ["t: comment differs: none / It's"],
  },
  {
    what: 'another comment of a table',
    from: "create table t (a int); comment on table t is 'x'",
    to: "create table t (a int); comment on table t is 'y'",
    lines: ['t: comment differs: x / y'],
  },
  {
    what: 'a comment of a column',
    from: 'create table t (a int)',
    to: "create table t (a int); comment on column t.a is 'x'",
    lines: ['t.a: comment differs: none / x'],
  },
  {
    what: 'a comment that is gone',
    from: "create table t (a int); comment on column t.a is 'x'",
    to: 'create table t (a int)',
    lines: ['t.a: comment differs: x / none'],
  },
  {
    what: 'several things at once, in one table',
    from: 'create table t (id int primary key, a int not null, b text, c int unique)',
    to: 'create table t (id int primary key, a bigint, b text default 1, d int check (d > 0)); create index i on t (d)',
    lines: [
      't.d: column is added: integer',
      't.a: type differs: integer / bigint',
      't.a: becomes nullable',
      't.b: default differs: none / 1',
      't.c: unique t_c_key is dropped: (c)',
      't.d: CHECK t_d_check is added: (d > 0)',
      't: index i is added: USING btree (d)',
      't.c: column is dropped: integer',
    ],
  },
  {
    what: 'a validation that is missing',
    from: 'create table t (a int); alter table t add constraint r check (a > 0) not valid',
    to: 'create table t (a int, constraint r check (a > 0))',
    lines: ['t.a: CHECK r is not validated yet'],
  },
]

describe('diff of rules, references and indexes', () => {
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
