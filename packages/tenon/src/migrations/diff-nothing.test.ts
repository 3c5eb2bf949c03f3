import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Place, places, readSchema } from '../../test/schemas.ts'
import { findDifferences } from './differences.ts'

const pairs: Readonly<Record<string, readonly [one: string, other: string]>> = {
  'a number in quotes': [
    "create table t (a int default 0, b numeric(8,2) default '1.50')",
    "create table t (a int default '0', b numeric(8,2) default 1.50)",
  ],
  'a truth value in letters': ['create table t (a bool default true)', "create table t (a boolean default 't')"],
  'now() and CURRENT_TIMESTAMP': [
    'create table t (a timestamptz default now())',
    'create table t (a timestamptz default current_timestamp)',
  ],
  'one moment in two time zones': [
    "create table t (a timestamptz default '2026-01-01T00:00:00Z')",
    "create table t (a timestamptz default '2026-01-01 02:00:00+02')",
  ],
  'the spaces of a document': [
    'create table t (a jsonb default \'{"a":[1,2],"b":null}\')',
    'create table t (a jsonb default \'{"b": null, "a": [1, 2]}\')',
  ],
  'the cast of a default': [
    "create table t (a text default 'x', b text[] default '{}', c uuid default gen_random_uuid())",
    "create table t (a text default 'x'::text, b text[] default '{}'::text[], c uuid default (gen_random_uuid()))",
  ],
  'no default and null': ['create table t (a int)', 'create table t (a int default null)'],
  'serial by hand': [
    'create table t (a serial)',
    "create sequence t_a_seq as int; create table t (a int not null default nextval('t_a_seq')); alter sequence t_a_seq owned by t.a",
  ],
  'two names of one type': [
    'create table t (a int4, b bool, c varchar(5), d timestamptz, e decimal(8,2), f float8, g char(3))',
    'create table t (a integer, b boolean, c character varying(5), d timestamp with time zone, e numeric(8,2), f double precision, g character(3))',
  ],
  'the order of columns': [
    'create table t (a int, b int, c int check (c > 0)); create index i on t (a, c) where b > 0',
    'create table t (c int check (c > 0), b int, a int); create index i on t (a, c) where b > 0',
  ],
  'between and two comparisons': [
    'create table t (a int, constraint r check (a between 1 and 9))',
    'create table t (a int, constraint r check (a >= 1 and a <= 9))',
  ],
  'in and any': [
    "create table t (a text, constraint r check (a in ('x', 'y')))",
    "create table t (a text, constraint r check (a = any (array['x', 'y'])))",
  ],
  'two spellings of not equal': [
    "create table t (a text, constraint r check (a != ''))",
    "create table t (a text, constraint r check ((((a <> '')))))",
  ],
  'two spellings of a pattern': [
    "create table t (a text, constraint r check (a like 'x%'))",
    "create table t (a text, constraint r check (a ~~ 'x%'))",
  ],
  'varchar in a CHECK': [
    "create table t (a varchar(5), constraint r check (a in ('x')))",
    "create table t (a character varying(5), constraint r check ( a  in  ('x') ))",
  ],
  'a constraint of a column and of the table': [
    'create table t (a int primary key, b int unique check (b > 0))',
    'create table t (a int, b int, constraint t_pkey primary key (a), constraint t_b_key unique (b), constraint t_b_check check (b > 0))',
  ],
  'what a reference leaves out': [
    'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int references p)',
    'create table p (id int primary key, a int, b int, unique (a, b)); create table c (id int primary key, r int, foreign key (r) references p (id) match simple on delete no action on update no action not deferrable)',
  ],
  'the order of an index said and not said': [
    'create table t (a int, b int); create index i on t (a, b desc)',
    'create table t (a int, b int); create index i on t using btree (a asc nulls last, b desc nulls first)',
  ],
  'the condition of an index': [
    'create table t (a bool, b int); create index i on t (lower(b::text)) where not a and b > 0',
    'create table t (a bool, b int); create index i on t (lower(cast(b as text))) where (not (a)) and ((b) > (0))',
  ],
  'a generated column': [
    'create table t (a int, b int generated always as (a*2+1) stored)',
    'create table t (a int, b int generated always as (((a * 2)) + 1) stored)',
  ],
  'key words, capitals and odd letters as names': [
    'create table "Order" ("select" int, "Größe" int, "a b" text, constraint "x.y" check ("select" > "Größe")); create index "I" on "Order" ("a b", lower("a b"))',
    'create table "Order" ("a b" text, "Größe" int, "select" int, constraint "x.y" check (("select") > ("Größe"))); create index "I" on "Order" using btree ("a b", lower("a b"))',
  ],
  'names that PostgreSQL cuts off': [
    'create table tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt (cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc int unique)',
    'create table ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc int unique)',
  ],
  'what is no table': [
    'create table t (a int)',
    "create table t (a int); create view v as select a from t; create materialized view m as select a from t; create sequence s; create type mood as enum ('a'); create function f() returns int language sql as 'select 1'; create temp table x (a int); drop table x",
  ],
  'the children of a partitioned table': [
    'create table l (a int) partition by list (a)',
    'create table l (a int) partition by list (a); create table l_1 partition of l for values in (1)',
  ],
  'tables of this stack': [
    'create table t (a int)',
    'create table t (a int); create table tenon_revisions (id text); create table tenon_other (id text)',
  ],
  'a unique constraint and an index beside it': [
    'create table t (a int unique); create index i on t (a)',
    'create table t (a int, constraint t_a_key unique (a)); create index i on t (a)',
  ],
}

for (const [kind, open] of Object.entries(places)) {
  describe(`diff finds nothing on ${kind}`, () => {
    let place: Place
    before(async () => {
      place = await open()
    })
    after(() => place.close())

    for (const [what, [one, other]] of Object.entries(pairs)) {
      it(`in ${what}`, async () => {
        const [start, end] = [await readSchema(place.connection, one), await readSchema(place.connection, other)]
        assert.deepEqual(findDifferences(start, end).lines, [])
      })
    }
  })
}
