import { parseCookie } from 'cookie'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Problem, toProblems } from '../model/problems.ts'
import { assertStorable, readForm, readJson, readPairs } from './body.ts'
import { coercionOf } from './coerce.ts'
import { invalid, UnsupportedMediaType, ValidationFailed } from './errors.ts'
import { type PathParameter, parsePath } from './path.ts'
import type { Route } from './route.ts'
import type { Schema, SchemaIssue } from './schema.ts'

/** Reads one input of a request and puts it into the handler's context. */
type Input = (request: FastifyRequest, context: Record<string, unknown>) => void | Promise<void>

type Validate = (value: unknown) => unknown

/** Compiles the reading of a route's inputs, in the order path, query, headers, cookies, body. Each throws ValidationFailed. */
export function inputsOf(route: Route): readonly Input[] {
  const { params, query, headers, cookies, body, form } = route.options
  const inputs: Input[] = [pathInput(parsePath(route.path).parameters, params)]
  if (query) inputs.push(textsInput('query', query, (request) => readPairs(queryText(request.url), 'query')))
  if (headers) inputs.push(textsInput('headers', headers, (request) => request.headers))
  if (cookies) inputs.push(textsInput('cookies', cookies, (request) => readCookies(request.headers.cookie ?? '')))
  if (body)
    inputs.push(valueInput('body', body, (request) => readJson(bytesOf(request), request.headers['content-type'])))
  if (form)
    inputs.push(textsInput('form', form, (request) => readForm(bytesOf(request), request.headers['content-type'])))
  return inputs
}

function bytesOf(request: FastifyRequest): Buffer | undefined {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new UnsupportedMediaType('Bodies are read as they are, without a Content-Encoding.')
  return request.body instanceof Buffer ? request.body : undefined
}

function queryText(url: string): string {
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start + 1)
}

function readCookies(header: string): Record<string, unknown> {
  const cookies = { ...parseCookie(header) }
  for (const value of Object.values(cookies)) assertStorable(value ?? '', 'cookies')
  return cookies
}

function pathInput(parameters: readonly PathParameter[], schema: Schema | undefined): Input {
  const validate = schema && validatorOf(schema, 'path')
  return (request, context) => {
    if (parameters.length === 0) return
    const given = request.params as Record<string, string>
    const values: Record<string, unknown> = {}
    for (const parameter of parameters) values[parameter.name] = readParameter(parameter, given)
    return assign(context, 'params', validate ? validate(values) : values)
  }
}

function readParameter({ name, kind }: PathParameter, given: Record<string, string>): unknown {
  const text = given[kind === 'path' ? '*' : name] ?? ''
  if (kind === 'int') {
    if (/^-?\d+$/.test(text)) return Number(text)
    throw invalid(`${name} must be a whole number.`, `path.${name}`)
  }
  assertStorable(text, `path.${name}`)
  return text
}

function textsInput(
  name: string,
  schema: Schema,
  read: (request: FastifyRequest) => Readonly<Record<string, unknown>>,
): Input {
  const coerce = coercionOf(schema)
  return valueInput(name, schema, (request) => coerce(read(request)))
}

function valueInput(name: string, schema: Schema, read: (request: FastifyRequest) => unknown): Input {
  const validate = validatorOf(schema, name)
  return (request, context) => assign(context, name, validate(read(request)))
}

function assign(context: Record<string, unknown>, name: string, value: unknown): void | Promise<void> {
  if (!(value instanceof Promise)) {
    context[name] = value
    return
  }
  return value.then((settled) => {
    context[name] = settled
  })
}

/** Zod's own parser is asked directly: it tells wrong types from broken rules, and its schemas have codes. */
function validatorOf(schema: Schema, at: string): Validate {
  if ('_zod' in schema) return zodValidator(schema as unknown as z.ZodType, at)
  return (value) => {
    const result = schema['~standard'].validate(value)
    return result instanceof Promise ? result.then((settled) => settledValue(settled, at)) : settledValue(result, at)
  }
}

function zodValidator(schema: z.ZodType, at: string): Validate {
  const isOptional = schema._zod.optin === 'optional'
  const settled = (value: unknown, result: z.ZodSafeParseResult<unknown>) => {
    if (result.success) return result.data
    throw new ValidationFailed(toProblems(schema, value, result.error.issues), at)
  }
  return (value) => {
    if (value === undefined && !isOptional) throw invalid(`The ${at} is missing.`, at)
    try {
      return settled(value, schema.safeParse(value))
    } catch (error) {
      if (!(error instanceof z.core.$ZodAsyncError)) throw error
      return schema.safeParseAsync(value).then((result) => settled(value, result))
    }
  }
}

function settledValue(
  result: { readonly value?: unknown; readonly issues?: readonly SchemaIssue[] | undefined },
  at: string,
): unknown {
  if (!result.issues) return result.value
  const problems: Problem[] = result.issues.map(({ message, path = [] }) => ({
    path: path.map((part) => (typeof part === 'object' ? part.key : part)),
    message,
    code: null,
  }))
  throw new ValidationFailed(problems, at)
}
