-- Titles in lower case, for searching; the table is large and in use.
-- migrate:revises 20261126_090000_tasks

-- migrate:up transaction:false
alter table tasks add search text;
-- migrate:batch tasks (id) 5000
update tasks set search = lower(title) where :batch;
create index concurrently idx_tasks_search on tasks (search);

-- migrate:down transaction:false
drop index concurrently idx_tasks_search;
alter table tasks drop search;
