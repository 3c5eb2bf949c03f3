import type { Connection } from '../../database/driver.ts'

/** A table as its catalog describes it; names are quoted for SQL where they need to be. */
export interface SeedTable {
  readonly id: string
  readonly name: string
  readonly columns: readonly SeedColumn[]
  readonly checks: readonly SeedCheck[]
  readonly references: readonly SeedReference[]
}

export interface SeedColumn {
  readonly name: string
  /** `character varying(50)` */
  readonly type: string
  readonly isArray: boolean
  readonly nullable: boolean
  readonly hasDefault: boolean
  /** The database alone writes it: generated, identity, serial. */
  readonly automatic: boolean
  /** Of an enum, also as the type of an array's items. */
  readonly labels: readonly string[]
}

export interface SeedCheck {
  readonly name: string
  readonly columns: readonly string[]
  readonly expression: string
}

export interface SeedReference {
  readonly name: string
  readonly columns: readonly string[]
  readonly target: string
  readonly targetName: string
  readonly targetColumns: readonly string[]
}

/** Every table of the user's but the journal's; partitions are filled through their parent. */
export async function readSeedTables(connection: Connection): Promise<SeedTable[]> {
  const { rows } = await connection.run({ text: query, values: [] })
  return rows.map(([json]) => JSON.parse(String(json)) as SeedTable)
}

const columnsOf = (keys: string, relation: string) => `(
  select json_agg(quote_ident(attname) order by n)
  from unnest(${keys}) with ordinality k (num, n)
  join pg_attribute on attrelid = ${relation} and attnum = num)`

const query = `
select json_build_object(
  'id', c.oid::text,
  'name', c.oid::regclass::text,
  'columns', coalesce((
    select json_agg(json_build_object(
      'name', quote_ident(a.attname),
      'type', format_type(a.atttypid, a.atttypmod),
      'isArray', b.typcategory = 'A',
      'nullable', not a.attnotnull and not t.typnotnull,
      'hasDefault', a.atthasdef,
      'automatic', a.attgenerated <> '' or a.attidentity <> ''
        or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false),
      'labels', coalesce((
        select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid in (b.oid, b.typelem)), '[]')
    ) order by a.attnum)
    from pg_attribute a
    join pg_type t on t.oid = a.atttypid
    join pg_type b on b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]'),
  'checks', coalesce((
    select json_agg(json_build_object(
      'name', conname,
      'columns', coalesce(${columnsOf('conkey', 'conrelid')}, '[]'),
      'expression', pg_get_expr(conbin, conrelid)) order by conname)
    from pg_constraint where conrelid = c.oid and contype = 'c'), '[]'),
  'references', coalesce((
    select json_agg(json_build_object(
      'name', conname,
      'columns', ${columnsOf('conkey', 'conrelid')},
      'target', confrelid::text,
      'targetName', confrelid::regclass::text,
      'targetColumns', ${columnsOf('confkey', 'confrelid')}) order by conname)
    from pg_constraint where conrelid = c.oid and contype = 'f'), '[]'))
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition
  and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%' and c.relname not like 'tenon\\_%'
  and not exists (
    select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
order by n.nspname, c.relname`
