import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { z } from 'zod'
import { Author, Book, sampleOptions, sampleRoutes } from '../../test/sample-routes.ts'
import { errorOf, HttpError } from '../core/http-error.ts'
import { router } from '../http/router.ts'
import { toDocument } from './document.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly [key: string]: unknown }[]
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, MediaType> }
  readonly responses: Record<string, Response>
}
interface MediaType {
  readonly schema: object
  readonly example?: unknown
  readonly examples?: Record<string, { readonly value: unknown }>
}
interface Response {
  readonly description: string
  readonly headers?: Record<string, object>
  readonly content?: Record<string, MediaType>
}

const document = toDocument(sampleRoutes, sampleOptions)

function operation(method: string, path: string): Operation {
  const found = document.paths[`/api/v1${path}`]?.[method]
  assert.ok(found, `${method} ${path} is in the document`)
  return found as Operation
}

function codesOf({ responses }: Operation): Record<string, string[]> {
  const entries = Object.entries(responses).map(([status, { content }]) => {
    return [status, Object.keys(content?.['application/json']?.examples ?? {})] as const
  })
  return Object.fromEntries(entries.filter(([, codes]) => codes.length > 0))
}

/** All values of one key, anywhere within. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [
    ...(name === key ? [member] : []),
    ...valuesOf(key, member),
  ])
}

describe('toDocument', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never)
    assert.equal(valid, true, JSON.stringify(errors))
    assert.match(document.openapi, /^3\.1\./)
  })

  it('refers to nothing that is not there, and keeps nothing that nobody refers to', () => {
    const wanted = new Set(valuesOf('$ref', document).map((reference) => String(reference).split('/').at(-1)))
    assert.deepEqual([...wanted].sort(), Object.keys(document.components.schemas ?? {}))
  })

  it('gives each operation an id of its own', () => {
    const ids = valuesOf('operationId', document.paths)
    assert.equal(new Set(ids).size, ids.length)
    assert.deepEqual(ids.slice(0, 5), ['login', 'register', 'refresh', 'getMe', 'listBooks'])
  })

  it('is the same text for the same routes', () => {
    assert.equal(JSON.stringify(toDocument(sampleRoutes, sampleOptions)), JSON.stringify(document))
  })

  it('leaves out hidden routes', () => {
    assert.equal(document.paths['/api/v1/books/secret'], undefined)
  })

  it('puts the tags in the order of the options', () => {
    assert.deepEqual(document.tags, sampleOptions.tags)
  })

  it('makes each property of an input a parameter', () => {
    assert.deepEqual(operation('get', '/books').parameters, [
      {
        name: 'page',
        in: 'query',
        required: false,
        description: 'Which page, from 1.',
        schema: { default: 1, type: 'integer', minimum: 1, format: 'int64' },
      },
      {
        name: 'q',
        in: 'query',
        required: false,
        description: 'Contained in the title.',
        schema: { type: 'string', examples: ['engine'] },
      },
      { name: 'genre', in: 'query', required: false, schema: { type: 'string', enum: ['novel', 'essay', 'manual'] } },
    ])
    assert.deepEqual(operation('get', '/files/{rest}').parameters, [
      { name: 'rest', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'if-none-match', in: 'header', required: false, schema: { type: 'string' } },
    ])
    assert.deepEqual(operation('delete', '/books/{book_id}').parameters, [
      { name: 'book_id', in: 'path', required: true, schema: { type: 'integer', format: 'int64' } },
    ])
  })

  it('says what a body holds, with an example that the route would take', () => {
    const { content = {} } = operation('post', '/books').requestBody ?? {}
    assert.deepEqual(content['application/json']?.schema, { $ref: '#/components/schemas/BookCreate' })
    assert.equal(Book.create.safeParse(content['application/json']?.example).success, true)
    const { content: form = {} } = operation('post', '/auth/login').requestBody ?? {}
    assert.deepEqual(Object.keys(form), ['application/x-www-form-urlencoded'])
  })

  it('gives each answer its status and an example', () => {
    const { responses } = operation('post', '/auth/register')
    const example = responses['201']?.content?.['application/json']?.example
    assert.equal(Author.public.safeParse(example).success, true)
    assert.equal(operation('delete', '/books/{book_id}').responses['204']?.content, undefined)
    const several = operation('post', '/books/{book_id}/chapters/{name}').responses
    assert.deepEqual(Object.keys(several).slice(0, 3), ['200', '201', '204'])
  })

  it('documents the errors of the route, of what it uses and of its inputs', () => {
    assert.deepEqual(codesOf(operation('patch', '/books/{book_id}')), {
      400: ['INVALID_TITLE', 'BLURB_TOO_LONG', 'INVALID_GENRE', 'INVALID_COLOR', 'INVALID_DUE_DATE'],
      401: ['MISSING_TOKEN', 'INVALID_TOKEN'],
      404: ['BOOK_NOT_FOUND'],
      413: ['PAYLOAD_TOO_LARGE'],
      415: ['UNSUPPORTED_MEDIA_TYPE'],
      422: ['VALIDATION_ERROR'],
    })
    assert.deepEqual(codesOf(operation('get', '/auth/me')), { 401: ['MISSING_TOKEN', 'INVALID_TOKEN'] })
    const missing = operation('get', '/auth/me').responses['401']?.content?.['application/json']
    assert.deepEqual(missing?.schema, { $ref: '#/components/schemas/Error' })
    assert.deepEqual(missing?.examples?.MISSING_TOKEN?.value, { detail: 'Send a bearer token.', code: 'MISSING_TOKEN' })
  })

  it('documents the headers of errors', () => {
    const { responses } = operation('post', '/auth/login')
    assert.deepEqual(Object.keys(responses['401']?.headers ?? {}), ['WWW-Authenticate'])
    assert.deepEqual(responses['429']?.headers?.['Retry-After'], {
      description: 'Seconds to wait before the next try.',
      schema: { type: 'integer', examples: [60] },
    })
  })

  it('takes security schemes from what the routes use', () => {
    assert.deepEqual(Object.keys(document.components.securitySchemes ?? {}), ['refresh_token', 'password'])
    assert.deepEqual(operation('get', '/books').security, [{ password: [] }])
    assert.equal(operation('post', '/auth/login').security, undefined)
  })

  it('takes the texts of a route, and makes a summary where there is none', () => {
    const burn = operation('delete', '/books/{book_id}')
    assert.deepEqual([burn.summary, burn.description, burn.operationId], ['Burn a book', 'For *good*.', 'deleteBook'])
    assert.equal(operation('get', '/books').summary, 'List books')
  })

  it('names the route of a schema that JSON Schema cannot say, and goes on', () => {
    class Picky extends HttpError {
      constructor(where: string) {
        super(400, 'PICKY', where.toUpperCase())
      }
    }
    class Plain extends errorOf(409, 'PLAIN', 'Taken.') {}
    const odd = router('/odd')
    const body = z.object({ when: z.date(), odd: z.map(z.string(), z.string()) })
    odd.post('/', { body, throws: [Plain, Picky as never] }, () => undefined)
    const warnings: string[] = []
    const made = toDocument(odd.routes, { title: 'Odd', version: '1', warn: (message) => warnings.push(message) })
    assert.match(warnings[0] ?? '', /body of POST \/odd at "properties\.odd"/)
    assert.match(warnings[1] ?? '', /error Picky of POST \/odd/)
    assert.equal(warnings.length, 2)
    const schema = valuesOf('application/json', made.paths)[0] as MediaType
    assert.deepEqual(schema.schema, {
      type: 'object',
      properties: { when: { type: 'string', format: 'date-time' }, odd: {} },
      required: ['when', 'odd'],
    })
  })
})
