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

const distinct = 1000

/** The whole requests of a case, as bytes. */
export function requestsOf({ method, path, body, form }: Case, headers = ''): Uint8Array[] {
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  return Array.from({ length: distinct }, (_, index) => {
    const text = form ?? (body ? JSON.stringify(body(index)) : '')
    const content = text ? `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` : ''
    const head = `${method} ${path(index)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n${headers}${content}\r\n`
    return Buffer.from(head + text)
  })
}
