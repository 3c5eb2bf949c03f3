import { z } from 'zod'

/** Names of the derived shapes, for `$ref` in the OpenAPI document. */
export const shapeNames = z.registry<{ id: string }>()

/** The error code of a schema: a value of the right type that breaks its rule answers 400 with this code. */
export const errorCodes = z.registry<{ code: string }>()

/** Gives a schema an error code of its own, as `text({…}).code('INVALID_TITLE')` does for a field. */
export function withCode<S extends z.core.$ZodType>(schema: S, code: string): S {
  errorCodes.add(schema, { code })
  return schema
}

/** The codecs from base64 to bytes, which are written without running them. */
export const base64Writers = new WeakSet<z.core.$ZodType>()
