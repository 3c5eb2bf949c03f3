import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Place, places } from '../../../test/schemas.ts'
import type { Connection } from '../../database/driver.ts'
import { fromPattern } from './from-pattern.ts'
import { seededRandom } from './random.ts'
import { seedRows } from './seed.ts'

const reset = 'drop schema public cascade; create schema public'

const kinds = `
  create type mood as enum ('low', 'high');
  create domain positive as int check (value > 100);
  create domain mail as text not null check (value ~ '^[^@]+@[^@]+$');
  create type pair as (a int, b text);
  create table kinds (
    a smallint not null, b integer not null, c bigint not null, d numeric(6, 2) not null, e real not null,
    f double precision not null, g money not null, h text not null, i varchar(3) not null, j char(2) not null,
    k "char" not null, l bytea not null, m boolean not null, n date not null, o time not null, p timetz not null,
    q timestamp not null, r timestamptz not null, s interval not null, t uuid not null, u json not null, v jsonb not null,
    w inet not null, x cidr not null, y macaddr not null, z mood not null, aa mood[] not null, ab int[] not null,
    ac text[] not null, ad int4range not null, ae tstzrange not null, af bit(3) not null, ag varbit not null,
    ah point not null, ai tsvector not null, aj positive not null, ak mail, al pair not null, am name not null,
    an int generated always as (a + 1) stored, ao bigint generated always as identity, ap positive[] not null,
    aq int4multirange not null, ar xid8 not null, "Odd ""name" text not null)`

const rules = `
  create table owners (
    id uuid primary key,
    email text not null unique check (char_length(email) <= 254 and email = lower(email)
      and email ~ '^(?:[A-Za-z0-9_''+\\-]+\\.)*[A-Za-z0-9_''+\\-]*[A-Za-z0-9_+\\-]@(?:[A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$'),
    color text not null check (color ~ '^#[0-9A-Fa-f]{6}$'),
    code text not null check (code ~ '^[A-Z]{2}-\\d{4}(/[a-z]+)?$') unique,
    slug text not null check (slug like 'item-%'),
    long text not null check (char_length(long) between 300 and 310),
    state text not null check (state in ('open', 'done')),
    age int not null check (age between 1234 and 1300),
    starts date not null, ends date not null check (ends > starts),
    done_at timestamptz, done boolean not null check (done = (done_at is not null)),
    low numeric not null, mid numeric not null, high numeric not null, check (low < mid and mid < high),
    tags text[] not null check (cardinality(tags) between 2 and 3 and array_position(tags, null) is null),
    data jsonb not null check (jsonb_typeof(data) = 'object'),
    share int not null check (100 / share > 0)
  );
  create table projects (
    owner_id uuid not null references owners, number int not null, name text not null, parent int,
    primary key (owner_id, number), foreign key (owner_id, parent) references projects (owner_id, number),
    unique (owner_id, name)
  );
  create table steps (
    id bigserial primary key, owner_id uuid not null, number int not null, next_id bigint references steps,
    foreign key (owner_id, number) references projects,
    during int4range not null, exclude using gist (during with &&)
  );
  create table profiles (owner_id uuid primary key references owners, bio text);
  create table either (
    id bigint generated always as identity primary key, owner_id uuid references owners, step_id bigint references steps,
    check ((owner_id is null) <> (step_id is null))
  );
  create table chickens (id int primary key, egg_id int);
  create table eggs (id int primary key, chicken_id int not null references chickens);
  alter table chickens add foreign key (egg_id) references eggs;
  create table lists (id int, kind text) partition by list (kind);
  create table lists_a partition of lists for values in ('sixty-one');
  create table parted (id int not null) partition by range (id);
  create table parted_one partition of parted for values from (0) to (10)`

for (const [kind, open] of Object.entries(places)) {
  describe(`seedRows on ${kind}`, () => {
    let place: Place

    before(async () => {
      place = await open()
    })
    after(() => place.close())

    const seeding = async (sql: string, work?: (connection: Connection) => Promise<void>) => {
      const { connection } = place
      await connection.script(`${reset}; ${sql}`)
      const seeding = await seedRows(connection)
      await work?.(connection)
      return seeding
    }

    it('finds values of every type', async () => {
      assert.deepEqual(await seeding(kinds), { seeded: [{ table: 'kinds', rows: 3 }], problems: [] })
    })

    it('obeys checks, references, unique and exclusion constraints', async () => {
      const { seeded, problems } = await seeding(rules)
      const empty = 'No row could be made for lists: no partition of relation "lists" found for row.'
      assert.deepEqual(problems, [empty])
      assert.deepEqual(
        seeded.filter(({ rows }) => rows < 2).map(({ table }) => table),
        ['lists'],
      )
    })

    it('makes rows with nulls and rows without', async () => {
      const sql = 'create table notes (id int primary key, text text, note text, "default" text default \'d\')'
      await seeding(sql, async (connection) => {
        const text = 'select count(*), count(text), count(note), count("default") from notes'
        assert.deepEqual((await connection.run({ text, values: [] })).rows, [['3', '2', '2', '3']])
      })
    })

    it('makes the same rows again', async () => {
      const contents: unknown[] = []
      for (let round = 0; round < 2; round++) {
        await seeding(rules, async (connection) => {
          const text = 'select * from owners natural join projects order by 1, 2'
          contents.push((await connection.run({ text, values: [] })).rows)
        })
      }
      assert.deepEqual(contents[0], contents[1])
    })

    it('says for which table there is no row, and why', async () => {
      const { problems } = await seeding(`
        create table strict (id int primary key check (id = 1 and id = 2));
        create table below (id int primary key references strict);
        create table refused (id int);
        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$;
        create trigger refused before insert on refused for each row execute function refuse();
        create table itself (id int primary key, parent int not null references itself)`)
      assert.deepEqual(problems, [
        'No row could be made for itself: itself has no row for itself_parent_fkey to refer to.',
        'No row could be made for refused: not today.',
        'No row could be made for strict: no value was found for id that its type and its checks take.',
        'No row could be made for below: strict has no row for below_id_fkey to refer to.',
      ])
    })

    it('fills the tables of the Todo service', async () => {
      const folder = fileURLToPath(new URL('../../../../../apps/todo/migrations/', import.meta.url))
      const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
      const sql = files.toSorted().map((name) => readFileSync(folder + name, 'utf8').split('-- migrate:down')[0])
      const { seeded, problems } = await seeding(sql.join('\n'))
      assert.deepEqual(problems, [])
      assert.ok(
        seeded.every(({ rows }) => rows === 3),
        JSON.stringify(seeded),
      )
    })
  })
}

describe('fromPattern', () => {
  for (const pattern of [
    '^[a-z0-9_]+$',
    '^#[0-9A-Fa-f]{6}$',
    '^(?:red|green|blue)-\\d{2,4}$',
    '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$',
    '^\\+?[1-9]\\d{1,14}$',
    '^[[:alpha:]][-.[:alnum:]]*$',
    '^(a|b(c|d)?)*x{0,2}\\.$',
    '^[]x-]$',
  ]) {
    it(`makes texts for ${pattern}`, () => {
      const random = seededRandom(7)
      const javascript = pattern
        .replace('[:alpha:]', 'A-Za-z')
        .replace('[:alnum:]', 'A-Za-z0-9')
        .replace('[]x-]', '[\\]x-]')
      for (let round = 0; round < 50; round++) assert.match(fromPattern(pattern, random), new RegExp(javascript))
    })
  }

  it('comes to an end with what it does not know', () => {
    for (const pattern of ['[', '(', '\\', 'a{', '*', '(?<=a)b', '[z-a]']) fromPattern(pattern, seededRandom(1))
  })
})
