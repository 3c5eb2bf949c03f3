-- migrate:up
create table tasks (id bigint generated always as identity primary key, title text not null);

-- migrate:down
drop table tasks;
