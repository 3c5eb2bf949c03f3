import type { AlterTableCmd, ColumnDef, Constraint, ConstrType, Node, RangeVar } from 'libpg-query'
import { hiddenSchema } from '../snapshot.ts'

/** Where planned drops keep their tables. */
export function isHiddenSchema(name: string | undefined): boolean {
  return name?.startsWith(hiddenSchema) ?? false
}

export interface TableCommand {
  readonly relation: RangeVar | undefined
  readonly command: AlterTableCmd
}

/** The parts of an ALTER TABLE. */
export function tableCommands(node: Node): TableCommand[] {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_TABLE') return []
  const { relation, cmds = [] } = node.AlterTableStmt
  return cmds.flatMap((item) => ('AlterTableCmd' in item ? [{ relation, command: item.AlterTableCmd }] : []))
}

export interface TableColumn {
  readonly relation: RangeVar | undefined
  readonly column: ColumnDef
}

/** Columns that ALTER TABLE adds. */
export function addedColumns(node: Node): TableColumn[] {
  return tableCommands(node).flatMap(({ relation, command: { subtype, def } }) =>
    subtype === 'AT_AddColumn' && def && 'ColumnDef' in def ? [{ relation, column: def.ColumnDef }] : [],
  )
}

/** Columns that come to be: those added, and those of CREATE TABLE. */
export function newColumns(node: Node): TableColumn[] {
  if (!('CreateStmt' in node)) return addedColumns(node)
  const { relation, tableElts = [] } = node.CreateStmt
  return tableElts.flatMap((item) => ('ColumnDef' in item ? [{ relation, column: item.ColumnDef }] : []))
}

export interface TableConstraint {
  readonly relation: RangeVar | undefined
  readonly constraint: Constraint
  /** The column that is added with it. */
  readonly column: ColumnDef | undefined
}

/** Constraints that ALTER TABLE adds, alone or with a column. */
export function addedConstraints(node: Node): TableConstraint[] {
  return tableCommands(node).flatMap(({ relation, command: { subtype, def } }): TableConstraint[] => {
    if (!def) return []
    if (subtype === 'AT_AddConstraint' && 'Constraint' in def) {
      return [{ relation, constraint: def.Constraint, column: undefined }]
    }
    if (subtype !== 'AT_AddColumn' || !('ColumnDef' in def)) return []
    const column = def.ColumnDef
    return constraintsOf(column).map((constraint) => ({ relation, constraint, column }))
  })
}

export function constraintsOf({ constraints = [] }: ColumnDef): Constraint[] {
  return constraints.flatMap((item) => ('Constraint' in item ? [item.Constraint] : []))
}

export function hasConstraint(column: ColumnDef, ...types: readonly ConstrType[]): boolean {
  return constraintsOf(column).some(({ contype }) => contype !== undefined && types.includes(contype))
}

/** The type's own name: `int4`, `varchar`, `serial`. */
export function typeOf({ typeName }: ColumnDef): string {
  return textsOf(typeName?.names).at(-1) ?? ''
}

export function isSerial(column: ColumnDef): boolean {
  return /^(small|big)?serial[248]?$/.test(typeOf(column))
}

export function textsOf(nodes: readonly Node[] = []): string[] {
  return nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []))
}

/** As people write it: `tasks`, `billing.invoices`. */
export function said(relation: RangeVar | undefined): string {
  return [relation?.schemaname, relation?.relname].filter(Boolean).join('.')
}

/** Names of what a DROP drops. */
export function droppedNames(objects: readonly Node[] = []): string[] {
  return objects.map((item) => textsOf('List' in item ? item.List.items : [item]).join('.'))
}

export function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((item) => 'DefElem' in item && item.DefElem.defname === name)
}

/** Every node of a kind within the tree, in no order. */
export function findAll(tree: unknown, kind: string): Record<string, unknown>[] {
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([key, value]) => [
    ...(key === kind ? [value as Record<string, unknown>] : []),
    ...findAll(value, kind),
  ])
}
