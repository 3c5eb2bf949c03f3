export { type Column, type ColumnType, isSql, now, type Reference, randomUuid, type Sql } from './column.ts'
export {
  type ColumnDescription,
  describeModel,
  type ModelDescription,
  type RelationDescription,
} from './description.ts'
export { Field } from './field.ts'
export type { AnyModel, Fields, Instance, NewRow, Row, With } from './infer.ts'
export { bigint, boolean, email, identity, integer, oneOf, type TextRules, text, timestamp, uuid } from './kinds.ts'
export { Model, type ModelClass, type ModelOptions } from './model.ts'
export { type Problem, toProblems } from './problems.ts'
export { errorCodes, shapeNames, withCode } from './registries.ts'
export { belongsTo, hasMany, manyToMany } from './relations.ts'
export { compileWriter, type Writer } from './writer.ts'
