import { describeChanges } from '../../../test/schemas.ts'

describeChanges('indexes', {
  'indexes with every option': {
    from: `create table tasks (id integer primary key, title text, size integer, tags text[]);
insert into tasks values (1, 'One', 1, '{a}')`,
    to: `create table tasks (id integer primary key, title text, size integer, tags text[]);
create index a on tasks (title text_pattern_ops, size desc nulls last) include (tags) with (fillfactor = 70) where size > 0;
create index b on tasks using gin (tags);
create unique index c on tasks (lower(title) collate "C") nulls not distinct;
create index d on tasks using hash (title)`,
    up: `statement by statement
expand: create index concurrently "a" on "tasks" USING btree (title text_pattern_ops, size DESC NULLS LAST) INCLUDE (tags) WITH (fillfactor='70') WHERE (size > 0)
expand: create index concurrently "b" on "tasks" USING gin (tags)
contract: create unique index concurrently "c" on "tasks" USING btree (lower(title) COLLATE "C") NULLS NOT DISTINCT
expand: create index concurrently "d" on "tasks" USING hash (title)`,
    down: `statement by statement
contract: drop index concurrently "c"
contract: drop index concurrently "d"
contract: drop index concurrently "b"
contract: drop index concurrently "a"`,
  },
  'an index that goes': {
    from: `create table tasks (id integer primary key, title text);
create index a on tasks (title)`,
    to: `create table tasks (id integer primary key, title text)`,
    up: `statement by statement
contract: drop index concurrently "a"`,
    down: `statement by statement
expand: create index concurrently "a" on "tasks" USING btree (title)`,
  },
  'another index of the same name': {
    from: `create table tasks (id integer primary key, title text);
create index a on tasks (title)`,
    to: `create table tasks (id integer primary key, title text);
create index a on tasks (title desc)`,
    up: `statement by statement
expand: create index concurrently "a_new" on "tasks" USING btree (title DESC)
contract: drop index concurrently "a"
expand: alter index "a_new" rename to "a"`,
    down: `statement by statement
expand: create index concurrently "a_new" on "tasks" USING btree (title)
contract: drop index concurrently "a"
expand: alter index "a_new" rename to "a"`,
  },
  'a renamed index': {
    from: `create table tasks (id integer primary key, title text);
create index a on tasks (title)`,
    to: `create table tasks (id integer primary key, title text);
create index b on tasks (title)`,
    up: `in one transaction
expand: alter index "a" rename to "b"`,
    down: `in one transaction
expand: alter index "b" rename to "a"`,
  },
  'indexes that change their names with each other': {
    from: `create table tasks (id integer primary key, title text, size integer);
create index a on tasks (title);
create index b on tasks (size)`,
    to: `create table tasks (id integer primary key, title text, size integer);
create index a on tasks (size);
create index b on tasks (title)`,
    up: `in one transaction
expand: alter index "a" rename to "a_old"
expand: alter index "b" rename to "a"
expand: alter index "a_old" rename to "b"`,
    down: `in one transaction
expand: alter index "a" rename to "a_old"
expand: alter index "b" rename to "a"
expand: alter index "a_old" rename to "b"`,
  },
  'an index of a partitioned table': {
    from: `create table logs (at date not null, line text) partition by range (at);
create table logs_2026 partition of logs for values from ('2026-01-01') to ('2027-01-01')`,
    to: `create table logs (at date not null, line text) partition by range (at);
create index a on logs (line)`,
    up: `statement by statement
expand: create index "a" on "logs" USING btree (line)  -- stops writes while it runs: a partitioned table has no other way`,
    down: `statement by statement
contract: drop index "a"  -- stops writes while it runs: a partitioned table has no other way`,
  },
  'an index under the name of one that goes with its table': {
    from: `create table tasks (id integer primary key, title text);
create index a on tasks (title);
create table notes (id integer primary key)`,
    to: `create table notes (id integer primary key);
create index a on notes (id)`,
    up: `statement by statement
contract: create schema if not exists "tenon_dropped"
contract: alter table "tasks" set schema "tenon_dropped"  -- hidden, not dropped: the way down brings it back with its rows
expand: create index concurrently "a" on "notes" USING btree (id)`,
    down: `statement by statement
contract: drop index concurrently "a"
expand: do $tenon$
begin
  execute format('alter table "tenon_dropped"."tasks" set schema %I', current_schema());
end $tenon$
expand: do $tenon$
begin
  drop schema "tenon_dropped";
exception when dependent_objects_still_exist then null;
end $tenon$  -- kept where something else is in it`,
  },
})
