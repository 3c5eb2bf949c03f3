import { STATUS_CODES } from 'node:http'
import type { HttpError } from '../core/http-error.ts'
import { type Answer, answersOf } from '../http/answer.ts'
import { errorBody } from '../http/errors.ts'
import type { Route } from '../http/route.ts'
import type { Components, Warn } from './components.ts'
import { errorsOf } from './errors.ts'
import { exampleOf } from './example.ts'
import type { JsonSchema } from './json-schema.ts'

/** The schema of every error's body, kept in the components as `Error`. */
export const errorSchema: JsonSchema = {
  type: 'object',
  description: 'What went wrong: a sentence for people, a code for programs.',
  properties: {
    detail: { type: 'string', description: 'One sentence for people; its words may change.' },
    code: { type: 'string', description: 'For programs; it never changes.' },
    errors: {
      type: 'array',
      description: 'Which inputs are wrong, where that is the reason.',
      items: {
        type: 'object',
        properties: {
          field: { type: 'string', description: 'Where the value stands, as in `body.title`.' },
          detail: { type: 'string' },
          code: { type: 'string', description: 'The code of the rule that is broken, where it is a rule.' },
        },
        required: ['field', 'detail'],
      },
    },
  },
  required: ['detail', 'code'],
}

/** The `responses` of an operation: what the route returns, and every error by its status. */
export function toResponses(route: Route, components: Components, errorReference: JsonSchema, warn: Warn): object {
  const answers = Map.groupBy(answersOf(route.options.returns), (answer) => answer.status)
  const errors = Map.groupBy(errorsOf(route, warn), (error) => error.status)
  const statuses = [...new Set([...answers.keys(), ...errors.keys()])].sort((one, other) => one - other)
  return Object.fromEntries(
    statuses.map((status) => {
      const place = `${status} answer of ${route.method} ${route.path}`
      const answer = toAnswer(answers.get(status) ?? [], place, components)
      return [String(status), answer ?? toErrorResponse(status, errors.get(status) ?? [], errorReference)]
    }),
  )
}

function toAnswer(answers: readonly Answer<unknown>[], place: string, components: Components): object | null {
  const [answer] = answers
  if (!answer) return null
  const description = answer.description || (STATUS_CODES[answer.status] ?? 'An answer')
  const schemas = answers.flatMap(({ schema }) => (schema ? [components.describe(schema, place)] : []))
  const [first, ...others] = schemas
  if (!first) return { description }
  const content = withExample(others.length > 0 ? { anyOf: schemas } : first, components)
  return { description, content: { 'application/json': content } }
}

/** What a media type says of a body: its schema, with a whole example. */
export function withExample(schema: JsonSchema, components: Components): object {
  const example = exampleOf(schema, (reference) => components.resolve(reference))
  return { schema, ...(example === undefined ? {} : { example }) }
}

function toErrorResponse(status: number, errors: readonly HttpError[], schema: JsonSchema): object {
  const codes = errors.map(({ code }) => `\`${code}\``).join(', ')
  const title = errors.length === 1 ? errors[0]?.message : (STATUS_CODES[status] ?? 'An error')
  const headers = errors.flatMap((error) => Object.entries(error.headers)).map(toHeader)
  const examples = errors.map((error) => [error.code, { value: JSON.parse(errorBody(error)) as unknown }] as const)
  return {
    description: errors.length === 1 ? `${title} ${codes}` : `${title}: ${codes}`,
    ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}),
    content: { 'application/json': { schema, examples: Object.fromEntries(examples) } },
  }
}

const headerTexts: Readonly<Record<string, string>> = {
  'www-authenticate': 'How to authenticate.',
  'retry-after': 'Seconds to wait before the next try.',
}

function toHeader([name, value]: [string, string]): [string, object] {
  const description = headerTexts[name.toLowerCase()]
  const isWhole = /^\d+$/.test(value)
  const schema = { type: isWhole ? 'integer' : 'string', examples: [isWhole ? Number(value) : value] }
  return [name, { ...(description === undefined ? {} : { description }), schema }]
}
