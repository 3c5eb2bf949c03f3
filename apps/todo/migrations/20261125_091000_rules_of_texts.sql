-- The rules that the API has for these texts, in the table too.

-- migrate:up
alter table users
  add constraint users_email_check check (char_length(email) <= 254 and email = lower(email)),
  add constraint users_name_check check (char_length(name) <= 200);
alter table tasks
  add constraint tasks_recurrence_rule_check check (char_length(recurrence_rule) <= 500);

-- migrate:down
alter table tasks
  drop constraint tasks_recurrence_rule_check;
alter table users
  drop constraint users_name_check,
  drop constraint users_email_check;
