export {
  type Column,
  type ColumnType,
  isSql,
  type Limits,
  type Made,
  now,
  type Reference,
  type ReferenceAction,
  randomUuid,
  type Sql,
} from './column.ts'
export {
  type ColumnDescription,
  describeModel,
  type ModelDescription,
  type RelationDescription,
} from './description.ts'
export { Computed, computed, Field } from './field.ts'
export type { AnyModel, Changes, Fields, Instance, NewRow, Row, With } from './infer.ts'
export { array, type Bytes, boolean, bytes, json, uuid } from './kinds.ts'
export { Model, type ModelClass } from './model.ts'
export { bigint, type ExactInteger, float, identity, integer, type NumericRules, numeric } from './numbers.ts'
export type { IndexOptions, IndexPart, ModelOptions, ReferenceOptions, UniqueOptions } from './options.ts'
export { type Problem, toProblems } from './problems.ts'
export { errorCodes, shapeNames, withCode } from './registries.ts'
export { belongsTo, hasMany, hasOne, manyToMany } from './relations.ts'
export { email, type OneOf, oneOf, type TextRules, text } from './text.ts'
export { date, interval, type Timestamp, time, timestamp } from './times.ts'
export { uuidV7 } from './uuid-v7.ts'
export { compileWriter, type Writer } from './writer.ts'
