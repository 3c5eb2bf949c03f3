import type { Connection, Driver } from '../database/driver.ts'

/** Everything a database has beside rows: `function "public"."f"(integer)` → its definition. */
export type DatabaseObjects = ReadonlyMap<string, string>

/**
 * Reads what two databases must share to be the same: also views, functions, triggers, policies, types, extensions and
 * rights, which no snapshot of tables has. Left out: what belongs to an extension, the journal, and the order of columns.
 */
export async function readObjects(connection: Connection): Promise<DatabaseObjects> {
  // With nothing on the search path the server writes every name in full.
  await connection.script('begin; set local search_path = pg_catalog')
  try {
    const found = new Map<string, string>()
    for (const text of queries) {
      const { rows } = await connection.run({ text, values: [] })
      for (const [name, definition] of rows) found.set(String(name), String(definition))
    }
    return found
  } finally {
    await connection.script('rollback')
  }
}

/** The same as lines, sorted. */
export async function readObjectLines(driver: Pick<Driver, 'session'>): Promise<readonly string[]> {
  const objects = await driver.session((connection) => readObjects(connection))
  return [...objects].map(([name, definition]) => `${name} ${definition}`.trimEnd()).toSorted()
}

/** Sentences, one for each object that differs. */
export function differences(from: DatabaseObjects, to: DatabaseObjects): string[] {
  const missing = [...from.keys()].filter((name) => !to.has(name)).map((name) => `${name} is missing`)
  const extra = [...to.keys()].filter((name) => !from.has(name)).map((name) => `${name} is there and was not`)
  const changed = [...from].flatMap(([name, was]) => {
    const is = to.get(name)
    return is === undefined || is === was ? [] : [`${name} is ${brief(is)} and was ${brief(was)}`]
  })
  return [...missing, ...extra, ...changed]
}

function brief(definition: string): string {
  const line = definition.replaceAll(/\s+/g, ' ')
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}

const own = (namespace: string) =>
  `${namespace} <> 'information_schema' and ${namespace} not like 'pg\\_%' and ${namespace} not like 'tenon\\_dropped%'`
const notOfExtension = (catalog: string, id: string) =>
  `not exists (select from pg_depend y where y.classid = '${catalog}'::regclass and y.objid = ${id} and y.deptype = 'e')`
const comment = (catalog: string, id: string) => `' comment ' || obj_description(${id}, '${catalog}')`
const relations = `pg_class c join pg_namespace n on n.oid = c.relnamespace and ${own('n.nspname')}
  and c.relname not like 'tenon\\_%' and ${notOfExtension('pg_class', 'c.oid')}`
const named = (name: string) =>
  `format(case n.nspname when 'public' then '%2$I' else '%1$I.%2$I' end, n.nspname, ${name})`
const relation = named('c.relname')

const queries: readonly string[] = [
  `select format('schema %I', nspname), concat(nspacl::text, ${comment('pg_namespace', 'n.oid')})
   from pg_namespace n where ${own('nspname')} and ${notOfExtension('pg_namespace', 'n.oid')}`,

  `select format('extension %I', extname), extversion from pg_extension`,

  `select concat(case c.relkind when 'v' then 'view ' when 'm' then 'materialized view ' when 'S' then 'sequence '
       when 'f' then 'foreign table ' else 'table ' end, ${relation}),
     concat_ws(' ', c.relpersistence, c.reloptions::text, c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
       c.relacl::text, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
       (select row(s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcycle)::text
        from pg_sequence s where s.seqrelid = c.oid), ${comment('pg_class', 'c.oid')})
   from ${relations} where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')`,

  `select format('column %s.%I', ${relation}, a.attname),
     concat_ws(' ', format_type(a.atttypid, a.atttypmod), nullif(a.attcollation, t.typcollation)::regcollation::text,
       case when a.attnotnull then 'not null' end, nullif(a.attidentity, ''), nullif(a.attgenerated, ''), pg_get_expr(d.adbin, d.adrelid),
       a.attacl::text, ' comment ' || col_description(a.attrelid, a.attnum))
   from ${relations}
   join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   join pg_type t on t.oid = a.atttypid
   left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where c.relkind in ('r', 'p', 'f', 'v', 'm') and a.attname not like '\\_dropped\\_%'`,

  // The names of NOT NULL constraints are chance; the columns have them.
  `select format('constraint %I on %s', o.conname, ${relation}),
     concat(pg_get_constraintdef(o.oid), ${comment('pg_constraint', 'o.oid')})
   from ${relations} join pg_constraint o on o.conrelid = c.oid where o.contype not in ('n', 't') and ${visible('o.conkey')}`,

  `select format('index %s', ${relation}), concat_ws(' ', pg_get_indexdef(c.oid),
     case when not i.indisvalid then 'invalid' end, ${comment('pg_class', 'c.oid')})
   from ${relations} join pg_index i on i.indexrelid = c.oid
   where ${visible('i.indkey::smallint[]', 'i.indrelid')}`,

  `select format('trigger %I on %s', g.tgname, ${relation}), concat(g.tgenabled, ' ', pg_get_triggerdef(g.oid))
   from ${relations} join pg_trigger g on g.tgrelid = c.oid where not g.tgisinternal`,

  `select format('rule %I on %s', r.rulename, ${relation}), pg_get_ruledef(r.oid)
   from ${relations} join pg_rewrite r on r.ev_class = c.oid where r.rulename <> '_RETURN'`,

  `select format('policy %I on %s', p.polname, ${relation}),
     concat_ws(' ', p.polpermissive, p.polcmd, p.polroles::regrole[]::text, pg_get_expr(p.polqual, c.oid),
       pg_get_expr(p.polwithcheck, c.oid))
   from ${relations} join pg_policy p on p.polrelid = c.oid`,

  `select format('function %s(%s)', ${named('p.proname')}, pg_get_function_identity_arguments(p.oid)),
     concat(case when p.prokind = 'a' then (select row(aggtransfn, aggfinalfn, aggtranstype, agginitval)::text
       from pg_aggregate where aggfnoid = p.oid) else pg_get_functiondef(p.oid) end, p.proacl::text,
       ${comment('pg_proc', 'p.oid')})
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where ${own('n.nspname')} and ${notOfExtension('pg_proc', 'p.oid')}`,

  `select 'type ' || ${named('t.typname')},
     concat_ws(' ', t.typtype,
       (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
       case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end, t.typnotnull, t.typdefault,
       (select string_agg(conname || ' ' || pg_get_constraintdef(oid), ', ' order by conname)
        from pg_constraint where contypid = t.oid and contype <> 'n'),
       (select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
        from pg_attribute where attrelid = t.typrelid and attnum > 0 and not attisdropped),
       (select rngsubtype::regtype::text from pg_range where rngtypid = t.oid), t.typacl::text,
       ${comment('pg_type', 't.oid')})
   from pg_type t join pg_namespace n on n.oid = t.typnamespace
   left join pg_class c on c.oid = t.typrelid
   where ${own('n.nspname')} and ${notOfExtension('pg_type', 't.oid')} and t.typtype in ('e', 'd', 'c', 'r')
     and coalesce(c.relkind, 'c') = 'c'`,

  `select 'statistics ' || ${named('s.stxname')}, pg_get_statisticsobjdef(s.oid)
   from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where ${own('n.nspname')}`,

  `select format('event trigger %I', evtname), concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags::text)
   from pg_event_trigger e where ${notOfExtension('pg_event_trigger', 'e.oid')}`,

  `select format('publication %I', pubname), concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete,
     (select string_agg(prrelid::regclass::text, ', ' order by prrelid::regclass::text)
      from pg_publication_rel where prpubid = p.oid)) from pg_publication p`,
]

/** Without what reads a column that was moved aside. */
function visible(keys: string, table = 'c.oid'): string {
  return `not exists (select from pg_attribute h where h.attrelid = ${table} and h.attnum = any(${keys})
    and h.attname like '\\_dropped\\_%')`
}
