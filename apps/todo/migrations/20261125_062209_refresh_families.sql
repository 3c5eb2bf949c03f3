-- Refresh families
-- Proven with 12 rows in 4 tables: history applied, rows made, up, equal to the models, down, equal to before, up again.
-- migrate:revises 20261125_062205_users_their_tasks_and_tags
--
-- up, in one transaction                                            phase   old version serves  lock                          rewrites  reads all of
--  1. create table refresh_families ( id uuid not null, user_id u…  expand  yes                 SHARE ROW EXCLUSIVE on users  -         -
--  2. create index idx_refresh_families_user_id on refresh_famili…  expand  yes                 -                             -         -
-- down, in one transaction         phase     old version serves  lock                                         rewrites  reads all of
--  1. drop table refresh_families  contract  no                  ACCESS EXCLUSIVE on refresh_families, users  -         -

-- migrate:up
create table "refresh_families" (
  "id" uuid not null,
  "user_id" uuid not null,
  "generation" integer not null,
  "token_hash" text not null,
  "previous_hash" text,
  "rotated_at" timestamp with time zone not null,
  "expires_at" timestamp with time zone not null,
  constraint "refresh_families_expires_at_check" CHECK (((expires_at >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (expires_at <= '9999-12-31 23:59:59.999999+00'::timestamp with time zone))),
  constraint "refresh_families_pkey" PRIMARY KEY (id),
  constraint "refresh_families_rotated_at_check" CHECK (((rotated_at >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (rotated_at <= '9999-12-31 23:59:59.999999+00'::timestamp with time zone))),
  constraint "refresh_families_user_id_fkey" foreign key ("user_id") references "users" ("id") ON DELETE CASCADE
);

create index "idx_refresh_families_user_id" on "refresh_families" USING btree (user_id);

-- migrate:down
drop table "refresh_families";
