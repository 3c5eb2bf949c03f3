-- One row for each login that can still be refreshed: the newest token of its family and the one before it, hashed.

-- migrate:up
create table refresh_families (
  id uuid constraint refresh_families_pkey primary key,
  user_id uuid not null constraint refresh_families_user_id_fkey references users (id) on delete cascade,
  generation integer not null,
  token_hash text not null,
  previous_hash text,
  rotated_at timestamptz not null,
  expires_at timestamptz not null
);

create index idx_refresh_families_user_id on refresh_families (user_id);

-- migrate:down
drop table refresh_families;
