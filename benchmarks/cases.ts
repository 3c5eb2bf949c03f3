import { usualSize } from './data/seed.ts'

/** One kind of request, asked of every contestant. */
export interface Case {
  readonly name: string
  readonly title: string
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly expected: number
  /** The tables are restored before each contestant's turn. */
  readonly writes?: boolean
  /** Connections that ask at once; 32 unless given. */
  readonly connections?: number
  readonly path: (index: number) => string
  readonly body?: (index: number) => object
  /** A body of `application/x-www-form-urlencoded`, in the place of JSON. */
  readonly form?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Primes, so that a walk over users and tasks meets all of them in no order. */
const userOf = (index: number) => 1 + ((index * 37) % usualSize.users)
const taskOf = (index: number) => 1 + ((index * 7919) % usualSize.tasks)
const priorities = ['low', 'medium', 'high'] as const

export const cases: readonly Case[] = [
  {
    name: 'one',
    title: 'one row by primary key',
    method: 'GET',
    expected: 200,
    path: (index) => `/tasks/${taskOf(index)}`,
  },
  {
    name: 'list',
    title: 'list of 20 with total',
    method: 'GET',
    expected: 200,
    path: (index) => `/users/${userOf(index)}/tasks?page=${1 + (index % 3)}&limit=20`,
  },
  {
    name: 'tags',
    title: 'list of 20 with tags',
    method: 'GET',
    expected: 200,
    path: (index) => `/users/${userOf(index)}/tagged?limit=20`,
  },
  {
    name: 'search',
    title: 'filtered search with total',
    method: 'GET',
    expected: 200,
    path: (index) =>
      `/users/${userOf(index)}/search?q=MILK&completed=${index % 2 === 0}&priority=${priorities[index % 3]}&page=1&limit=20`,
  },
  {
    name: 'thousand',
    title: '1,000 rows',
    method: 'GET',
    expected: 200,
    connections: 8,
    path: (index) => `/tasks?after=${taskOf(index) % (usualSize.tasks - 1000)}&limit=1000`,
  },
  {
    name: 'insert',
    title: 'insert',
    method: 'POST',
    expected: 201,
    writes: true,
    path: (index) => `/users/${userOf(index)}/tasks`,
    body: (index) => ({
      title: `Buy “milk”, no. ${index}`,
      description: index % 2 === 0 ? 'Two litres, from the shop at the corner' : null,
      completed: false,
      priority: priorities[index % 3],
      due_date: '2026-12-24T18:00:00.500Z',
    }),
  },
  {
    name: 'update',
    title: 'update',
    method: 'PATCH',
    expected: 200,
    writes: true,
    path: (index) => `/tasks/${taskOf(index)}`,
    body: (index) => ({ title: `Buy bread, no. ${index}`, completed: true }),
  },
]

export function caseOf(name: string): Case {
  const found = cases.find((one) => one.name === name)
  if (!found) throw new Error(`Cannot measure ${name}: there is no such case.`)
  return found
}

const distinct = 1000

/** What goes with a request beside its path. */
export function contentOf({ body, form, headers = {} }: Case, index: number) {
  const text = form ?? (body ? JSON.stringify(body(index)) : undefined)
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded'
  return { text, headers: { ...headers, ...(text === undefined ? {} : { 'Content-Type': type }) } }
}

/** The whole requests of a case, as bytes. */
export function requestsOf(one: Case): Uint8Array[] {
  return Array.from({ length: distinct }, (_, index) => {
    const { text = '', headers } = contentOf(one, index)
    const length = text === '' ? {} : { 'Content-Length': Buffer.byteLength(text) }
    const lines = Object.entries({ Host: '127.0.0.1', Accept: 'application/json', ...headers, ...length })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    return Buffer.from(`${one.method} ${one.path(index)} HTTP/1.1\r\n${head}\r\n${text}`)
  })
}
