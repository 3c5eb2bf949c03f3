-- The rules that the API has, in the tables too, for what is written past it.

-- migrate:up
alter table users
  add constraint users_email_check check (
    char_length(email) <= 254 and email = lower(email)
    and email ~ '^(?:[A-Za-z0-9_''+\-]+\.)*[A-Za-z0-9_''+\-]*[A-Za-z0-9_+\-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$'
  ),
  add constraint users_name_check check (char_length(name) <= 200);
alter table tasks
  add constraint tasks_due_date_check check (due_date between '0001-01-01 00:00:00+00' and '9999-12-31 23:59:59.999999+00'),
  add constraint tasks_recurrence_rule_check check (char_length(recurrence_rule) <= 500);
alter table refresh_families
  add constraint refresh_families_rotated_at_check
    check (rotated_at between '0001-01-01 00:00:00+00' and '9999-12-31 23:59:59.999999+00'),
  add constraint refresh_families_expires_at_check
    check (expires_at between '0001-01-01 00:00:00+00' and '9999-12-31 23:59:59.999999+00');

-- migrate:down
alter table refresh_families
  drop constraint refresh_families_expires_at_check,
  drop constraint refresh_families_rotated_at_check;
alter table tasks
  drop constraint tasks_recurrence_rule_check,
  drop constraint tasks_due_date_check;
alter table users
  drop constraint users_name_check,
  drop constraint users_email_check;
