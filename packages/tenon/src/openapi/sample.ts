import { z } from 'zod'
import { errorOf } from '../core/http-error.ts'
import { created, noContent, ok, page } from '../http/answer.ts'
import { dependency, type SecurityScheme } from '../http/dependency.ts'
import type { Route } from '../http/route.ts'
import { mount, router } from '../http/router.ts'
import { now } from '../model/column.ts'
import { uuid } from '../model/kinds.ts'
import { Model } from '../model/model.ts'
import { identity } from '../model/numbers.ts'
import { withCode } from '../model/registries.ts'
import { belongsTo, hasMany } from '../model/relations.ts'
import { email, oneOf, text } from '../model/text.ts'
import { timestamp } from '../model/times.ts'

// A small API with a bit of everything, for the tests of this folder.

export class Author extends Model('authors', {
  id: uuid().primaryKey().readOnly(),
  email: email().unique().code('INVALID_EMAIL').example('ada@example.com'),
  password: text({ min: 8, max: 128 }).code('PASSWORD_TOO_SHORT').writeOnly(),
  password_hash: text().private(),
  books: () => hasMany(Book, 'author_id'),
}) {}

export class Book extends Model('books', {
  id: identity(),
  title: text({ min: 1, max: 200, trim: true }).code('INVALID_TITLE').example('The Analytical Engine'),
  blurb: text({ max: 1000 }).code('BLURB_TOO_LONG').describe('What it is about.').nullable(),
  genre: oneOf('novel', 'essay', 'manual').code('INVALID_GENRE').default('novel'),
  color: text({ pattern: /^#[0-9A-Fa-f]{6}$/ })
    .code('INVALID_COLOR')
    .example('#4f46e5')
    .nullable(),
  due_date: timestamp().code('INVALID_DUE_DATE').nullable(),
  author_id: uuid()
    .references(() => Author)
    .readOnly(),
  created_at: timestamp().default(now).readOnly(),
  author: () => belongsTo(Author, 'author_id'),
  sequels: () => hasMany(Book, 'id'),
}) {}

export const BookWithAuthor = Book.expand('author')

export class MissingToken extends errorOf(401, 'MISSING_TOKEN', 'Send a bearer token.', {
  'WWW-Authenticate': 'Bearer',
}) {}
export class InvalidToken extends errorOf(401, 'INVALID_TOKEN', 'The token is not valid.', {
  'WWW-Authenticate': 'Bearer',
}) {}
export class BookNotFound extends errorOf(404, 'BOOK_NOT_FOUND', 'There is no such book.') {}
export class TooManyRequests extends errorOf(429, 'RATE_LIMIT_EXCEEDED', 'Try again later.', { 'Retry-After': '60' }) {}

const scheme: SecurityScheme = {
  name: 'password',
  definition: { type: 'oauth2', flows: { password: { tokenUrl: '/api/v1/auth/login', scopes: {} } } },
}
const bearer = dependency({}, () => 'token', { throws: [MissingToken, InvalidToken], security: scheme })
const currentAuthor = dependency({ token: bearer }, () => 'ada')
const cookie = dependency({}, () => 'token', {
  security: { name: 'refresh_token', definition: { type: 'apiKey', in: 'cookie', name: 'refresh_token' } },
})
const limited = dependency({}, () => undefined, { throws: [TooManyRequests] })

const Login = z.object({ username: z.string().meta({ examples: ['ada@example.com'] }), password: z.string() })
const Token = z.object({ access_token: z.string(), token_type: z.literal('bearer') })
const BookQuery = z.object({
  page: withCode(z.int().min(1), 'INVALID_PAGINATION').default(1).describe('Which page, from 1.'),
  q: z
    .string()
    .optional()
    .meta({ description: 'Contained in the title.', examples: ['engine'] }),
  genre: withCode(z.enum(['novel', 'essay', 'manual']), 'INVALID_GENRE').optional(),
})
/** A shape that holds itself and has no name. */
interface Chapter {
  name: string
  chapters: Chapter[]
}
const Chapter: z.ZodType<Chapter> = z.object({
  name: z.string(),
  get chapters() {
    return z.array(Chapter)
  },
})

const auth = router('/auth', { tags: ['auth'] })
auth.post('/login', { form: Login, returns: Token, throws: [InvalidToken], uses: { limited } }, () => {
  return { access_token: 'secret', token_type: 'bearer' as const }
})
auth.post('/register', { body: Author.create, returns: created(Author.public), uses: { limited } }, () => {
  throw new InvalidToken()
})
auth.post('/refresh', { returns: Token, throws: [InvalidToken], uses: { cookie } }, () => {
  throw new InvalidToken()
})
auth.get('/me', { returns: Author.public, uses: { author: currentAuthor } }, () => {
  throw new InvalidToken()
})

const fail = (): never => {
  throw new BookNotFound()
}
const books = router('/books', { tags: ['books'], uses: { author: currentAuthor } })
books.get('/', { query: BookQuery, returns: page(BookWithAuthor) }, () => fail())
books.post('/', { body: Book.create, returns: created(BookWithAuthor) }, () => fail())
books.get('/{book_id:int}', { returns: BookWithAuthor, throws: [BookNotFound] }, () => fail())
books.patch('/{book_id:int}', { body: Book.update, returns: BookWithAuthor, throws: [BookNotFound] }, () => fail())
books.delete('/{book_id:int}', { throws: [BookNotFound], summary: 'Burn a book', description: 'For *good*.' }, () =>
  fail(),
)
books.post('/{book_id:int}/chapters/{name}', { returns: [created(Chapter), ok(Chapter), noContent()] }, () => fail())
books.get('/secret', { hidden: true }, () => fail())

const files = router('/files', {})
files.get(
  '/{rest:path}',
  { returns: z.string(), headers: z.object({ 'if-none-match': z.string().optional() }) },
  () => '',
)

export const sampleRoutes: readonly Route[] = mount('/api/v1', auth, books, files).routes
export const sampleOptions = {
  title: 'Books',
  version: '1.0.0',
  description: 'Books and those who **write** them.',
  tags: [
    { name: 'books', description: 'What is read.' },
    { name: 'auth', description: 'Who reads.' },
  ],
}
