import type { Driver } from '../database/driver.ts'

// As PostgreSQL itself writes it; what the journal needs and what belongs to extensions is left out.
const text = `
  with own as (
    select oid from pg_namespace
    where nspname !~ '^(pg_|information_schema$)'
  ), relation as (
    select c.oid, c.oid::regclass::text as name, c.relkind from pg_class c
    where relnamespace in (select oid from own) and relname !~ '^tenon_'
      and not exists (select 1 from pg_depend d where d.objid = c.oid and deptype = 'e')
  )
  select format('column %s.%I %s', r.name, attname, format_type(atttypid, atttypmod))
    || case when attnotnull then ' not null' else '' end || attidentity::text || attgenerated::text
    || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
    from pg_attribute join relation r on r.oid = attrelid and relkind in ('r', 'p', 'v', 'm', 'c')
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped
  union all
  select format('constraint %s.%I %s', r.name, conname, pg_get_constraintdef(c.oid)) from pg_constraint c
    join relation r on r.oid = conrelid where contype <> 'n'
  union all
  select 'index ' || pg_get_indexdef(i.indexrelid) || case when indisvalid then '' else ' INVALID' end
    from pg_index i join relation r on r.oid = i.indrelid
  union all
  select format('view %s %s', name, pg_get_viewdef(oid)) from relation where relkind in ('v', 'm')
  union all
  select format('sequence %s', name) from relation where relkind = 'S'
  union all
  select format('trigger %s.%I %s', r.name, tgname, pg_get_triggerdef(t.oid)) from pg_trigger t
    join relation r on r.oid = tgrelid where not tgisinternal
  union all
  select format('policy %s.%I %s %s', r.name, polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    from pg_policy join relation r on r.oid = polrelid
  union all
  select 'function ' || case when prokind = 'a' then p.oid::regprocedure::text else pg_get_functiondef(p.oid) end
    from pg_proc p where pronamespace in (select oid from own)
      and not exists (select 1 from pg_depend d where d.objid = p.oid and deptype = 'e')
  union all
  select format('enum %s %s', enumtypid::regtype, string_agg(quote_literal(enumlabel), ', ' order by enumsortorder))
    from pg_enum group by enumtypid
  union all
  select format('domain %s %s %s', t.oid::regtype, format_type(typbasetype, typtypmod), typdefault)
    || case when typnotnull then ' not null' else '' end
    from pg_type t where typtype = 'd' and typnamespace in (select oid from own)
  union all
  select 'extension ' || extname from pg_extension
  union all
  select 'schema ' || nspname from pg_namespace where oid in (select oid from own)
  union all
  select format('comment %s %s', pg_describe_object(classoid, objoid, objsubid), description) from pg_description
    join relation r on r.oid = objoid and classoid = 'pg_class'::regclass
  order by 1`

/** Everything in the schema that a revision can leave behind, one line for each; the order of columns does not count. */
export async function readSchemaText(driver: Pick<Driver, 'run'>): Promise<readonly string[]> {
  return (await driver.run({ text, values: [] })).rows.map(([line]) => String(line))
}
