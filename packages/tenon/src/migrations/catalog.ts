/** The queries that read a schema; each row is one JSON text. They hold on PostgreSQL 15 to 18. */
import { hiddenSchema } from './snapshot.ts'

/** What the text of constants and names depends on, and the value under which it is the same everywhere. */
export const settings: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  quote_all_identifiers: 'off',
}

// The children of a partitioned table follow their parent; what an extension brought is the extension's.
const managed = `
  select c.oid, c.relname, c.relnamespace, n.nspname,
    case when n.nspname = current_schema() then null else n.nspname end as schema
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
    and n.nspname !~ '^(pg_|information_schema$|tenon_dropped)' and c.relname !~ '^tenon_'
    and not exists (select from pg_depend d where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
      and (d.classid, d.objid) in (('pg_class'::regclass, c.oid), ('pg_namespace'::regclass, n.oid)))`

const visible = `a.attnum > 0 and not a.attisdropped and a.attname !~ '^_dropped_'`

export const tables = `
  with managed as (${managed})
  select json_build_object('id', m.oid::text, 'schema', m.schema, 'name', m.relname,
    'comment', obj_description(m.oid, 'pg_class'), 'partition', pg_get_partkeydef(m.oid))
  from managed m order by m.schema collate "C" nulls first, m.relname collate "C"`

export const columns = `
  with managed as (${managed})
  select json_build_object('table', a.attrelid::text, 'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
    'notNull', a.attnotnull,
    'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
    'generated', case when a.attgenerated <> '' then json_build_object(
      'expression', pg_get_expr(d.adbin, d.adrelid), 'stored', a.attgenerated = 's') end,
    'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
    'sequence', (select s.objid::regclass::text from pg_depend s join pg_class q on q.oid = s.objid
      where s.classid = 'pg_class'::regclass and s.refclassid = 'pg_class'::regclass
        and s.refobjid = a.attrelid and s.refobjsubid = a.attnum and s.deptype = 'a' and q.relkind = 'S' limit 1),
    'comment', col_description(a.attrelid, a.attnum))
  from managed m join pg_attribute a on a.attrelid = m.oid
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where ${visible} order by a.attrelid, a.attnum`

const namesOf = (table: string, numbers: string) => `
  (select coalesce(json_agg(k.attname order by o.place), '[]') from unnest(${numbers}) with ordinality o (number, place)
    join pg_attribute k on k.attrelid = ${table} and k.attnum = o.number)`

const action = (code: string) =>
  `case ${code} when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null'
    when 'd' then 'set default' else 'no action' end`

export const constraints = `
  with managed as (${managed})
  select json_build_object('table', c.conrelid::text, 'kind', case c.contype when 'p' then 'primary key'
      when 'u' then 'unique' when 'f' then 'foreign key' when 'c' then 'check' else 'exclusion' end,
    'name', c.conname, 'columns', ${namesOf('c.conrelid', 'c.conkey')},
    'definition', pg_get_constraintdef(c.oid),
    'target', case when c.contype = 'f' then json_build_object('schema',
      case when n.nspname = current_schema() then null else n.nspname end, 'name', r.relname) end,
    'targetColumns', ${namesOf('c.confrelid', 'c.confkey')},
    'onDelete', ${action('c.confdeltype')}, 'onUpdate', ${action('c.confupdtype')})
  from managed m join pg_constraint c on c.conrelid = m.oid
    left join pg_class r on r.oid = c.confrelid left join pg_namespace n on n.oid = r.relnamespace
  where c.contype in ('p', 'u', 'f', 'c', 'x')
  order by c.conrelid, c.conname collate "C"`

export const indexes = `
  with managed as (${managed})
  select json_build_object('table', i.indrelid::text, 'name', c.relname, 'unique', i.indisunique, 'valid', i.indisvalid,
    'columns', (select coalesce(json_agg(a.attname order by a.attname collate "C"), '[]') from pg_attribute a
      where a.attrelid = i.indrelid and (a.attnum = any (i.indkey) or exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid = a.attnum))),
    'definition', substr(pg_get_indexdef(i.indexrelid), 1 + length(format('CREATE %sINDEX %I ON %s%I.%I ',
      case when i.indisunique then 'UNIQUE ' else '' end, c.relname,
      case when t.relkind = 'p' then 'ONLY ' else '' end, m.nspname, m.relname))))
  from managed m join pg_index i on i.indrelid = m.oid
    join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  order by i.indrelid, c.relname collate "C"`

const hiddenRelations = (condition: string) => `
  (select coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname)
      order by n.nspname collate "C", c.relname collate "C"), '[]')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname ~ '^${hiddenSchema}' and ${condition})`

export const hidden = `
  with managed as (${managed})
  select json_build_object(
    'tables', ${hiddenRelations(`c.relkind in ('r', 'p')`)},
    'relations', ${hiddenRelations('true')},
    'columns', (select coalesce(json_agg(json_build_object(
        'table', json_build_object('schema', m.schema, 'name', m.relname), 'name', a.attname)
        order by m.schema collate "C" nulls first, m.relname collate "C", a.attnum), '[]')
      from managed m join pg_attribute a on a.attrelid = m.oid
      where a.attnum > 0 and not a.attisdropped and a.attname ~ '^_dropped_'))`
