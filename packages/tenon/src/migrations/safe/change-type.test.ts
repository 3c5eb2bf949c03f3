import { describeChanges } from '../../../test/schemas.ts'

describeChanges('types', {
  'a longer text, in place': {
    from: `create table tasks (id integer primary key, title varchar(50) default 'x', constraint tasks_title_check check (title <> ''));
create index idx_tasks_title on tasks (title);
insert into tasks values (1, 'One')`,
    to: `create table tasks (id integer primary key, title text default 'x', constraint tasks_title_check check (title <> ''));
create index idx_tasks_title on tasks (title)`,
    up: `statement by statement
expand: alter table "tasks" drop constraint "tasks_title_check", alter column "title" drop default, alter column "title" type text, alter column "title" set default 'x'::text, add constraint "tasks_title_check" CHECK ((title <> ''::text)) not valid
expand: alter table "tasks" validate constraint "tasks_title_check"`,
    down: `statement by statement
expand: alter table "tasks" add column "_new_title" character varying(50)
expand: create function "zz_tenon_tasks_title"() returns trigger language plpgsql as $tenon$
begin
  select "title" into new."_new_title" from (select new.*) as "tasks";
  return new;
end $tenon$
expand: create trigger "zz_tenon_tasks_title" before insert or update on "tasks" for each row execute function "zz_tenon_tasks_title"()  -- keeps _new_title in step with title
expand: update "tasks" set "_new_title" = "title" where "_new_title" is null and "title" is not null and :batch  -- by "id", 5000 rows at once
expand: alter table "tasks" add constraint "tasks_title_check_new" CHECK ((("_new_title")::text <> ''::text)) not valid
expand: alter table "tasks" validate constraint "tasks_title_check_new"
expand: create index concurrently "idx_tasks_title_new" on "tasks" USING btree ("_new_title")
contract: do $tenon$
declare
  reader text;
begin
  lock table "tasks" in access exclusive mode;
  drop trigger "zz_tenon_tasks_title" on "tasks";
  drop function "zz_tenon_tasks_title"();
  alter table "tasks" drop constraint "tasks_title_check";
  drop index "idx_tasks_title";
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"tasks"'::regclass and a.attname = 'title' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'tasks.title';
  end if;
  alter table "tasks" alter column "title" drop default;
  alter table "tasks" drop column "title";
  alter table "tasks" rename column "_new_title" to "title";
  alter table "tasks" alter column "title" set default 'x'::character varying;
  alter table "tasks" rename constraint "tasks_title_check_new" to "tasks_title_check";
  alter index "idx_tasks_title_new" rename to "idx_tasks_title";
end $tenon$  -- the two columns change places`,
  },
  'a longer limit, in place': {
    from: `create table tasks (id integer primary key, title varchar(50));
insert into tasks values (1, 'One')`,
    to: `create table tasks (id integer primary key, title varchar(80))`,
    up: `in one transaction
expand: alter table "tasks" alter column "title" type character varying(80)`,
  },
  'another scale of numbers': {
    from: `create table tasks (id integer primary key, price numeric(10,2));
insert into tasks values (1, 1.25)`,
    to: `create table tasks (id integer primary key, price numeric(10,3))`,
  },
  'a greater number, through a second column': {
    from: `create table tasks (id integer primary key, size integer not null default 1 constraint tasks_size_check check (size > -1));
create index idx_tasks_size on tasks (size) where size > 0;
insert into tasks values (1, 5)`,
    to: `create table tasks (id integer primary key, size bigint not null default 1 constraint tasks_size_check check (size > -1));
create index idx_tasks_size on tasks (size) where size > 0`,
    up: `statement by statement
expand: alter table "tasks" add column "_new_size" bigint
expand: create function "zz_tenon_tasks_size"() returns trigger language plpgsql as $tenon$
begin
  select "size" into new."_new_size" from (select new.*) as "tasks";
  return new;
end $tenon$
expand: create trigger "zz_tenon_tasks_size" before insert or update on "tasks" for each row execute function "zz_tenon_tasks_size"()  -- keeps _new_size in step with size
expand: update "tasks" set "_new_size" = "size" where "_new_size" is null and "size" is not null and :batch  -- by "id", 5000 rows at once
expand: alter table "tasks" add constraint "tasks_size_is_set" check ("_new_size" is not null) not valid
expand: alter table "tasks" validate constraint "tasks_size_is_set"
expand: alter table "tasks" add constraint "tasks_size_check_new" CHECK (("_new_size" > '-1'::integer)) not valid
expand: alter table "tasks" validate constraint "tasks_size_check_new"
expand: create index concurrently "idx_tasks_size_new" on "tasks" USING btree ("_new_size") WHERE ("_new_size" > 0)
contract: do $tenon$
declare
  reader text;
begin
  lock table "tasks" in access exclusive mode;
  drop trigger "zz_tenon_tasks_size" on "tasks";
  drop function "zz_tenon_tasks_size"();
  alter table "tasks" drop constraint "tasks_size_check";
  drop index "idx_tasks_size";
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"tasks"'::regclass and a.attname = 'size' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'tasks.size';
  end if;
  alter table "tasks" alter column "size" drop default;
  alter table "tasks" alter column "size" drop not null;
  alter table "tasks" rename column "size" to "_dropped_size";
  alter table "tasks" rename column "_new_size" to "size";
  alter table "tasks" alter column "size" set not null;
  alter table "tasks" drop constraint "tasks_size_is_set";
  alter table "tasks" alter column "size" set default 1;
  alter table "tasks" rename constraint "tasks_size_check_new" to "tasks_size_check";
  alter index "idx_tasks_size_new" rename to "idx_tasks_size";
end $tenon$  -- the two columns change places; the old one is hidden`,
    down: `statement by statement
expand: create function "zz_tenon_tasks_size"() returns trigger language plpgsql as $tenon$
begin
  if (select ("_dropped_size"::bigint)::text is distinct from "size"::text from (select new.*) as "tasks") then
    select "size" into new."_dropped_size" from (select new.*) as "tasks";
  end if;
  return new;
end $tenon$
expand: create trigger "zz_tenon_tasks_size" before insert or update on "tasks" for each row execute function "zz_tenon_tasks_size"()  -- keeps _dropped_size in step with size
expand: update "tasks" set "_dropped_size" = "size" where ("_dropped_size"::bigint)::text is distinct from "size"::text and :batch  -- by "id", 5000 rows at once
expand: alter table "tasks" add constraint "tasks_size_is_set" check ("_dropped_size" is not null) not valid
expand: alter table "tasks" validate constraint "tasks_size_is_set"
expand: alter table "tasks" add constraint "tasks_size_check_new" CHECK (("_dropped_size" > '-1'::integer)) not valid
expand: alter table "tasks" validate constraint "tasks_size_check_new"
expand: create index concurrently "idx_tasks_size_new" on "tasks" USING btree ("_dropped_size") WHERE ("_dropped_size" > 0)
contract: do $tenon$
declare
  reader text;
begin
  lock table "tasks" in access exclusive mode;
  drop trigger "zz_tenon_tasks_size" on "tasks";
  drop function "zz_tenon_tasks_size"();
  alter table "tasks" drop constraint "tasks_size_check";
  drop index "idx_tasks_size";
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"tasks"'::regclass and a.attname = 'size' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'tasks.size';
  end if;
  alter table "tasks" alter column "size" drop default;
  alter table "tasks" drop column "size";
  alter table "tasks" rename column "_dropped_size" to "size";
  alter table "tasks" alter column "size" set not null;
  alter table "tasks" drop constraint "tasks_size_is_set";
  alter table "tasks" alter column "size" set default 1;
  alter table "tasks" rename constraint "tasks_size_check_new" to "tasks_size_check";
  alter index "idx_tasks_size_new" rename to "idx_tasks_size";
end $tenon$  -- the two columns change places`,
  },
  'a key and what refers to it': {
    from: `create table users (id integer generated by default as identity primary key);
create table notes (id integer primary key, user_id integer references users);
insert into users default values;
insert into notes values (1, 1)`,
    to: `create table users (id bigint generated by default as identity primary key);
create table notes (id integer primary key, user_id bigint references users)`,
    up: `statement by statement
expand: alter table "notes" add column "_new_user_id" bigint
expand: create function "zz_tenon_notes_user_id"() returns trigger language plpgsql as $tenon$
begin
  select "user_id" into new."_new_user_id" from (select new.*) as "notes";
  return new;
end $tenon$
expand: create trigger "zz_tenon_notes_user_id" before insert or update on "notes" for each row execute function "zz_tenon_notes_user_id"()  -- keeps _new_user_id in step with user_id
expand: update "notes" set "_new_user_id" = "user_id" where "_new_user_id" is null and "user_id" is not null and :batch  -- by "id", 5000 rows at once
expand: alter table "notes" add constraint "notes_user_id_fkey_new" foreign key ("_new_user_id") references "users" ("id") not valid
expand: alter table "notes" validate constraint "notes_user_id_fkey_new"
contract: do $tenon$
declare
  reader text;
begin
  lock table "notes" in access exclusive mode;
  drop trigger "zz_tenon_notes_user_id" on "notes";
  drop function "zz_tenon_notes_user_id"();
  alter table "notes" drop constraint "notes_user_id_fkey";
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"notes"'::regclass and a.attname = 'user_id' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'notes.user_id';
  end if;
  alter table "notes" rename column "user_id" to "_dropped_user_id";
  alter table "notes" rename column "_new_user_id" to "user_id";
  alter table "notes" rename constraint "notes_user_id_fkey_new" to "notes_user_id_fkey";
end $tenon$  -- the two columns change places; the old one is hidden
expand: alter table "users" add column "_new_id" bigint
expand: create function "zz_tenon_users_id"() returns trigger language plpgsql as $tenon$
begin
  select "id" into new."_new_id" from (select new.*) as "users";
  return new;
end $tenon$
expand: create trigger "zz_tenon_users_id" before insert or update on "users" for each row execute function "zz_tenon_users_id"()  -- keeps _new_id in step with id
expand: update "users" set "_new_id" = "id" where "_new_id" is null and "id" is not null and :batch  -- by "id", 5000 rows at once
expand: alter table "users" add constraint "users_id_is_set" check ("_new_id" is not null) not valid
expand: alter table "users" validate constraint "users_id_is_set"
expand: create unique index concurrently "users_pkey_new" on "users" using btree ("_new_id")
contract: do $tenon$
declare
  reader text;
  next bigint;
begin
  lock table "users" in access exclusive mode;
  alter table "notes" drop constraint "notes_user_id_fkey";
  drop trigger "zz_tenon_users_id" on "users";
  drop function "zz_tenon_users_id"();
  alter table "users" drop constraint "users_pkey";
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"users"'::regclass and a.attname = 'id' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'users.id';
  end if;
  next := nextval(pg_get_serial_sequence('"users"', 'id'));
  alter table "users" alter column "id" drop identity;
  alter table "users" alter column "id" drop not null;
  alter table "users" rename column "id" to "_dropped_id";
  alter table "users" rename column "_new_id" to "id";
  alter table "users" alter column "id" set not null;
  alter table "users" drop constraint "users_id_is_set";
  alter table "users" alter column "id" add generated by default as identity;
  perform setval(pg_get_serial_sequence('"users"', 'id'), next, false);
  alter table "users" add constraint "users_pkey" primary key using index "users_pkey_new";
  alter table "notes" add constraint "notes_user_id_fkey" foreign key ("user_id") references "users" ("id") not valid;
end $tenon$  -- the two columns change places; the old one is hidden
contract: alter table "notes" validate constraint "notes_user_id_fkey"`,
  },
  'both ends of a reference, to a type that does not compare': {
    from: `create table users (id integer primary key);
create table notes (id integer primary key, user_id integer references users);
insert into users values (1);
insert into notes values (1, 1)`,
    to: `create table users (id text primary key);
create table notes (id integer primary key, user_id text references users)`,
    up: `statement by statement
expand: alter table "notes" drop constraint "notes_user_id_fkey"
expand: alter table "notes" add column "_new_user_id" text
expand: create function "zz_tenon_notes_user_id"() returns trigger language plpgsql as $tenon$
begin
  select "user_id" into new."_new_user_id" from (select new.*) as "notes";
  return new;
end $tenon$
expand: create trigger "zz_tenon_notes_user_id" before insert or update on "notes" for each row execute function "zz_tenon_notes_user_id"()  -- keeps _new_user_id in step with user_id
expand: update "notes" set "_new_user_id" = "user_id" where "_new_user_id" is null and "user_id" is not null and :batch  -- by "id", 5000 rows at once
contract: do $tenon$
declare
  reader text;
begin
  lock table "notes" in access exclusive mode;
  drop trigger "zz_tenon_notes_user_id" on "notes";
  drop function "zz_tenon_notes_user_id"();
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"notes"'::regclass and a.attname = 'user_id' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'notes.user_id';
  end if;
  alter table "notes" rename column "user_id" to "_dropped_user_id";
  alter table "notes" rename column "_new_user_id" to "user_id";
end $tenon$  -- the two columns change places; the old one is hidden
expand: alter table "users" add column "_new_id" text
expand: create function "zz_tenon_users_id"() returns trigger language plpgsql as $tenon$
begin
  select "id" into new."_new_id" from (select new.*) as "users";
  return new;
end $tenon$
expand: create trigger "zz_tenon_users_id" before insert or update on "users" for each row execute function "zz_tenon_users_id"()  -- keeps _new_id in step with id
expand: update "users" set "_new_id" = "id" where "_new_id" is null and "id" is not null and :batch  -- by "id", 5000 rows at once
expand: alter table "users" add constraint "users_id_is_set" check ("_new_id" is not null) not valid
expand: alter table "users" validate constraint "users_id_is_set"
expand: create unique index concurrently "users_pkey_new" on "users" using btree ("_new_id")
contract: do $tenon$
declare
  reader text;
begin
  lock table "users" in access exclusive mode;
  drop trigger "zz_tenon_users_id" on "users";
  drop function "zz_tenon_users_id"();
  alter table "users" drop constraint "users_pkey";
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"users"'::regclass and a.attname = 'id' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'users.id';
  end if;
  alter table "users" alter column "id" drop not null;
  alter table "users" rename column "id" to "_dropped_id";
  alter table "users" rename column "_new_id" to "id";
  alter table "users" alter column "id" set not null;
  alter table "users" drop constraint "users_id_is_set";
  alter table "users" add constraint "users_pkey" primary key using index "users_pkey_new";
end $tenon$  -- the two columns change places; the old one is hidden
contract: alter table "notes" add constraint "notes_user_id_fkey" foreign key ("user_id") references "users" ("id") not valid
contract: alter table "notes" validate constraint "notes_user_id_fkey"`,
  },
  'a type without a cast, by an expression': {
    from: `create table tasks (id integer primary key, done boolean not null);
insert into tasks values (1, true), (2, false)`,
    to: `create table tasks (id integer primary key, done timestamptz not null)`,
    fill: { 'tasks.done': "case when done then timestamptz '2026-01-01Z' else '-infinity' end" },
    up: `statement by statement
expand: alter table "tasks" add column "_new_done" timestamp with time zone
expand: create function "zz_tenon_tasks_done"() returns trigger language plpgsql as $tenon$
begin
  select case when done then timestamptz '2026-01-01Z' else '-infinity' end into new."_new_done" from (select new.*) as "tasks";
  return new;
end $tenon$
expand: create trigger "zz_tenon_tasks_done" before insert or update on "tasks" for each row execute function "zz_tenon_tasks_done"()  -- keeps _new_done in step with done
expand: update "tasks" set "_new_done" = case when done then timestamptz '2026-01-01Z' else '-infinity' end where "_new_done" is null and "done" is not null and :batch  -- by "id", 5000 rows at once
expand: alter table "tasks" add constraint "tasks_done_is_set" check ("_new_done" is not null) not valid
expand: alter table "tasks" validate constraint "tasks_done_is_set"
contract: do $tenon$
declare
  reader text;
begin
  lock table "tasks" in access exclusive mode;
  drop trigger "zz_tenon_tasks_done" on "tasks";
  drop function "zz_tenon_tasks_done"();
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"tasks"'::regclass and a.attname = 'done' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'tasks.done';
  end if;
  alter table "tasks" alter column "done" drop not null;
  alter table "tasks" rename column "done" to "_dropped_done";
  alter table "tasks" rename column "_new_done" to "done";
  alter table "tasks" alter column "done" set not null;
  alter table "tasks" drop constraint "tasks_done_is_set";
end $tenon$  -- the two columns change places; the old one is hidden`,
    down: `statement by statement
contract: do $tenon$
declare
  reader text;
begin
  lock table "tasks" in access exclusive mode;
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"tasks"'::regclass and a.attname = 'done' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'tasks.done';
  end if;
  alter table "tasks" drop column "done";
  alter table "tasks" rename column "_dropped_done" to "done";
end $tenon$  -- the two columns change places
contract: alter table "tasks" add constraint "tasks_done_is_set" check ("done" is not null) not valid
contract: do $tenon$
begin
  alter table "tasks" validate constraint "tasks_done_is_set";
  alter table "tasks" alter column "done" set not null;
exception when check_violation or foreign_key_violation or not_null_violation then
  raise warning '%', '"tasks"."done" stays nullable: rows written meanwhile have no value';
end $tenon$  -- stays nullable where rows written meanwhile have no value
contract: alter table "tasks" drop constraint "tasks_done_is_set"`,
  },
  'another collation': {
    from: `create table tasks (id integer primary key, title text);
create index idx_tasks_title on tasks (title);
insert into tasks values (1, 'One')`,
    to: `create table tasks (id integer primary key, title text collate "C");
create index idx_tasks_title on tasks (title)`,
    up: `statement by statement
expand: alter table "tasks" add column "_new_title" text collate "C"
expand: create function "zz_tenon_tasks_title"() returns trigger language plpgsql as $tenon$
begin
  select "title" into new."_new_title" from (select new.*) as "tasks";
  return new;
end $tenon$
expand: create trigger "zz_tenon_tasks_title" before insert or update on "tasks" for each row execute function "zz_tenon_tasks_title"()  -- keeps _new_title in step with title
expand: update "tasks" set "_new_title" = "title" where "_new_title" is null and "title" is not null and :batch  -- by "id", 5000 rows at once
expand: create index concurrently "idx_tasks_title_new" on "tasks" USING btree ("_new_title")
contract: do $tenon$
declare
  reader text;
begin
  lock table "tasks" in access exclusive mode;
  drop trigger "zz_tenon_tasks_title" on "tasks";
  drop function "zz_tenon_tasks_title"();
  drop index "idx_tasks_title";
  select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid where d.refobjid = '"tasks"'::regclass and a.attname = 'title' and (i.relkind = 'i' or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1;
  if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, 'tasks.title';
  end if;
  alter table "tasks" rename column "title" to "_dropped_title";
  alter table "tasks" rename column "_new_title" to "title";
  alter index "idx_tasks_title_new" rename to "idx_tasks_title";
end $tenon$  -- the two columns change places; the old one is hidden`,
  },
})
