import { describeChanges } from '../../../test/schemas.ts'

describeChanges('constraints', {
  'a CHECK': {
    from: `create table tasks (id integer primary key, size integer);
insert into tasks values (1, 1)`,
    to: `create table tasks (id integer primary key, size integer, constraint tasks_size_check check (size > 0))`,
    up: `statement by statement
contract: alter table "tasks" add constraint "tasks_size_check" CHECK ((size > 0)) not valid
contract: alter table "tasks" validate constraint "tasks_size_check"`,
    down: `in one transaction
expand: alter table "tasks" drop constraint "tasks_size_check"`,
  },
  'another CHECK of the same name': {
    from: `create table tasks (id integer primary key, state text, constraint tasks_state_check check (state in ('open', 'done')));
insert into tasks values (1, 'open')`,
    to: `create table tasks (id integer primary key, state text, constraint tasks_state_check check (state in ('open', 'done', 'late')))`,
    up: `statement by statement
contract: alter table "tasks" add constraint "tasks_state_check_new" CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'late'::text]))) not valid
contract: alter table "tasks" validate constraint "tasks_state_check_new"
expand: alter table "tasks" drop constraint "tasks_state_check"
expand: alter table "tasks" rename constraint "tasks_state_check_new" to "tasks_state_check"`,
    down: `statement by statement
contract: alter table "tasks" add constraint "tasks_state_check_new" CHECK ((state = ANY (ARRAY['open'::text, 'done'::text]))) not valid
contract: alter table "tasks" validate constraint "tasks_state_check_new"
expand: alter table "tasks" drop constraint "tasks_state_check"
expand: alter table "tasks" rename constraint "tasks_state_check_new" to "tasks_state_check"`,
  },
  'a renamed CHECK': {
    from: `create table tasks (id integer primary key, size integer, constraint a check (size > 0))`,
    to: `create table tasks (id integer primary key, size integer, constraint b check (size > 0))`,
    up: `in one transaction
expand: alter table "tasks" rename constraint "a" to "b"`,
    down: `in one transaction
expand: alter table "tasks" rename constraint "b" to "a"`,
  },
  'a unique constraint': {
    from: `create table tasks (id integer primary key, title text);
insert into tasks values (1, 'One')`,
    to: `create table tasks (id integer primary key, title text, constraint tasks_title_key unique (title))`,
    up: `statement by statement
contract: create unique index concurrently "tasks_title_key" on "tasks" using btree (title)
contract: alter table "tasks" add constraint "tasks_title_key" unique using index "tasks_title_key"`,
    down: `in one transaction
expand: alter table "tasks" drop constraint "tasks_title_key"`,
  },
  'another unique constraint of the same name': {
    from: `create table tasks (id integer primary key, a integer, b integer, constraint one unique (a));
insert into tasks values (1, 1, 1)`,
    to: `create table tasks (id integer primary key, a integer, b integer, constraint one unique nulls not distinct (a, b) deferrable initially deferred)`,
    up: `statement by statement
contract: create unique index concurrently "one_new" on "tasks" using btree (a, b) NULLS NOT DISTINCT
contract: alter table "tasks" drop constraint "one", add constraint "one" unique using index "one_new" deferrable initially deferred`,
    down: `statement by statement
contract: create unique index concurrently "one_new" on "tasks" using btree (a)
contract: alter table "tasks" drop constraint "one", add constraint "one" unique using index "one_new"`,
  },
  'a primary key where there was none': {
    from: `create table tasks (a integer, b integer not null);
insert into tasks values (1, 2)`,
    to: `create table tasks (a integer primary key, b integer not null)`,
    up: `statement by statement
contract: alter table "tasks" add constraint "tasks_a_is_set" check ("a" is not null) not valid
contract: alter table "tasks" validate constraint "tasks_a_is_set"  -- fails where a row has no a
contract: alter table "tasks" alter column "a" set not null
contract: alter table "tasks" drop constraint "tasks_a_is_set"
contract: create unique index concurrently "tasks_pkey" on "tasks" using btree (a)
contract: alter table "tasks" add constraint "tasks_pkey" primary key using index "tasks_pkey"`,
    down: `in one transaction
expand: alter table "tasks" drop constraint "tasks_pkey"
expand: alter table "tasks" alter column "a" drop not null`,
  },
  'another primary key': {
    from: `create table tasks (a integer, b integer not null, primary key (a));
insert into tasks values (1, 2)`,
    to: `create table tasks (a integer not null, b integer not null, primary key (a, b))`,
    up: `statement by statement
contract: create unique index concurrently "tasks_pkey_new" on "tasks" using btree (a, b)
contract: alter table "tasks" drop constraint "tasks_pkey", add constraint "tasks_pkey" primary key using index "tasks_pkey_new"`,
    down: `statement by statement
contract: create unique index concurrently "tasks_pkey_new" on "tasks" using btree (a)
contract: alter table "tasks" drop constraint "tasks_pkey", add constraint "tasks_pkey" primary key using index "tasks_pkey_new"`,
  },
  'another primary key under another name, over a column of another type': {
    from: `create table tasks (a integer, b integer not null, constraint one primary key (a));
insert into tasks values (1, 2)`,
    to: `create table tasks (a integer not null, b bigint not null, constraint other primary key (a, b))`,
  },
  'a reference': {
    from: `create table users (id bigint generated by default as identity primary key, name text);
insert into users (name) values ('ada'), ('bob');
create table tasks (id integer primary key, user_id bigint);
insert into tasks values (1, 2)`,
    to: `create table users (id bigint generated by default as identity primary key, name text);
create table tasks (id integer primary key, user_id bigint references users on delete set null on update cascade deferrable)`,
    up: `statement by statement
contract: alter table "tasks" add constraint "tasks_user_id_fkey" foreign key ("user_id") references "users" ("id") ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE not valid
contract: alter table "tasks" validate constraint "tasks_user_id_fkey"`,
    down: `in one transaction
expand: alter table "tasks" drop constraint "tasks_user_id_fkey"`,
  },
  'a reference with other actions': {
    from: `create table users (id bigint generated by default as identity primary key, name text);
insert into users (name) values ('ada'), ('bob');
create table tasks (id integer primary key, user_id bigint references users);
insert into tasks values (1, 2)`,
    to: `create table users (id bigint generated by default as identity primary key, name text);
create table tasks (id integer primary key, user_id bigint references users on delete cascade)`,
    up: `statement by statement
contract: alter table "tasks" add constraint "tasks_user_id_fkey_new" foreign key ("user_id") references "users" ("id") ON DELETE CASCADE not valid
contract: alter table "tasks" validate constraint "tasks_user_id_fkey_new"
expand: alter table "tasks" drop constraint "tasks_user_id_fkey"
expand: alter table "tasks" rename constraint "tasks_user_id_fkey_new" to "tasks_user_id_fkey"`,
    down: `statement by statement
contract: alter table "tasks" add constraint "tasks_user_id_fkey_new" foreign key ("user_id") references "users" ("id") not valid
contract: alter table "tasks" validate constraint "tasks_user_id_fkey_new"
expand: alter table "tasks" drop constraint "tasks_user_id_fkey"
expand: alter table "tasks" rename constraint "tasks_user_id_fkey_new" to "tasks_user_id_fkey"`,
  },
  'a reference that goes': {
    from: `create table users (id bigint generated by default as identity primary key, name text);
create table tasks (id integer primary key, user_id bigint references users)`,
    to: `create table users (id bigint generated by default as identity primary key, name text);
create table tasks (id integer primary key, user_id bigint)`,
    up: `in one transaction
expand: alter table "tasks" drop constraint "tasks_user_id_fkey"`,
    down: `statement by statement
contract: alter table "tasks" add constraint "tasks_user_id_fkey" foreign key ("user_id") references "users" ("id") not valid
contract: alter table "tasks" validate constraint "tasks_user_id_fkey"`,
  },
  'a key that others refer to': {
    from: `create table users (id integer primary key, name text unique);
create table notes (id integer primary key, name text references users (name))`,
    to: `create table users (id integer primary key, name text, constraint users_name_key unique (name) include (id));
create table notes (id integer primary key, name text references users (name))`,
    up: `statement by statement
expand: alter table "notes" drop constraint "notes_name_fkey"
contract: create unique index concurrently "users_name_key_new" on "users" using btree (name) INCLUDE (id)
contract: alter table "users" drop constraint "users_name_key", add constraint "users_name_key" unique using index "users_name_key_new"
contract: alter table "notes" add constraint "notes_name_fkey" foreign key ("name") references "users" ("name") not valid
contract: alter table "notes" validate constraint "notes_name_fkey"`,
    down: `statement by statement
expand: alter table "notes" drop constraint "notes_name_fkey"
contract: create unique index concurrently "users_name_key_new" on "users" using btree (name)
contract: alter table "users" drop constraint "users_name_key", add constraint "users_name_key" unique using index "users_name_key_new"
contract: alter table "notes" add constraint "notes_name_fkey" foreign key ("name") references "users" ("name") not valid
contract: alter table "notes" validate constraint "notes_name_fkey"`,
  },
  'a reference to columns of which one key goes and another stays': {
    from: `create table users (id integer primary key, name text not null unique)`,
    to: `create table users (id integer not null, name text primary key);
create table notes (name text references users)`,
    up: `statement by statement
expand: create table "notes" (
  "name" text
)
contract: create unique index concurrently "users_pkey_new" on "users" using btree (name)
contract: alter table "users" drop constraint "users_pkey", add constraint "users_pkey" primary key using index "users_pkey_new"
expand: alter table "users" drop constraint "users_name_key"
expand: alter table "notes" add constraint "notes_name_fkey" foreign key ("name") references "users" ("name")`,
    down: `statement by statement
expand: alter table "notes" drop constraint "notes_name_fkey"
contract: create unique index concurrently "users_pkey_new" on "users" using btree (id)
contract: alter table "users" drop constraint "users_pkey", add constraint "users_pkey" primary key using index "users_pkey_new"
contract: create unique index concurrently "users_name_key" on "users" using btree (name)
contract: alter table "users" add constraint "users_name_key" unique using index "users_name_key"
contract: drop table "notes"`,
  },
  'an exclusion': {
    from: `create table tasks (id integer primary key, spot int4range);
insert into tasks values (1, '[1,2)')`,
    to: `create table tasks (id integer primary key, spot int4range, constraint apart exclude using gist (spot with &&))`,
    up: `statement by statement
contract: alter table "tasks" add constraint "apart" EXCLUDE USING gist (spot WITH &&)  -- reads the table under a lock that stops writes`,
    down: `in one transaction
expand: alter table "tasks" drop constraint "apart"`,
  },
  'a constraint that was never validated': {
    from: `create table tasks (id integer primary key, size integer);
alter table tasks add constraint tasks_size_check check (size > 0) not valid`,
    to: `create table tasks (id integer primary key, size integer, constraint tasks_size_check check (size > 0))`,
    up: `statement by statement
contract: alter table "tasks" validate constraint "tasks_size_check"`,
    down: `in one transaction
expand: alter table "tasks" drop constraint "tasks_size_check", add constraint "tasks_size_check" CHECK ((size > 0)) not valid`,
  },
})
