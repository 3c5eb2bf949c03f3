import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { TenonError, UsageError } from '../core/errors.ts'
import { isQuery, type Query } from '../core/query.ts'
import { withSignal } from '../core/signal.ts'
import { compileWriter } from '../model/writer.ts'
import { type Answer, answersOf } from './answer.ts'
import { Call } from './call.ts'
import type { RequestFacts } from './dependency.ts'
import { ClientGone } from './errors.ts'
import { inputsOf } from './inputs.ts'
import type { Plan } from './plan.ts'
import { Reply, type ReplyOptions } from './reply.ts'
import type { Route } from './route.ts'
import type { Schema } from './schema.ts'

/** A route made ready to answer: its guards run before the body is read, the rest after. */
export interface Endpoint {
  readonly guard: (request: FastifyRequest) => Promise<void>
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<string>
  /** Cleans up what the request's dependencies left, after an error on the way. Answers the error to tell of. */
  readonly fail: (request: FastifyRequest, error: unknown) => Promise<unknown>
  /** The client went away before it was answered. */
  readonly abort: (request: FastifyRequest) => Promise<void>
}

/** How the answer of one status is written: a query by itself where it can, and any value. */
interface AnswerWriter {
  readonly value: (value: unknown) => string | Promise<string>
  readonly query: (query: Query<unknown, unknown>) => Promise<string> | null
}

/** Compiles a route: its inputs, its dependencies and the writers of its answers. */
export function endpointOf(route: Route, plan: Plan): Endpoint {
  const inputs = inputsOf(route)
  const place = `${route.method} ${route.path}`
  const answers = answersOf(route.options.returns)
  const statuses = answers.map(({ status }) => status)
  if (new Set(statuses).size < statuses.length)
    throw new UsageError(`Cannot add ${place}: two of its answers have one status. Join their schemas.`)
  const writers = new Map(answers.map((answer) => [answer.status, writerOf(route, answer)]))
  const usual = answers[0]?.status ?? 204
  const handler = route.handler as (context: object) => unknown
  const calls = new WeakMap<FastifyRequest, Call>()

  function callOf(request: FastifyRequest): Call {
    const found = calls.get(request)
    if (found) return found
    const call = new Call(plan, factsOf(request))
    calls.set(request, call)
    return call
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const context: Record<string, unknown> = {}
    for (const read of inputs) await read(request, context)
    const call = callOf(request)
    await call.prepare(context)
    const { status, text, options } = await whileWanted(route, call, () => written(context))
    assertHeaders(options)
    const failure = await call.finish(null)
    if (failure) throw failure.error
    send(reply, status, text, options)
    return text
  }

  async function written(context: object) {
    const result = await handler(context)
    const { value, options } = result instanceof Reply ? result : new Reply(result, {})
    const status = options.status ?? usual
    const writer = writers.get(status)
    if (isQuery(value)) {
      const text = writer?.query(value) ?? null
      if (text !== null) return { status, text: await text, options }
    }
    const settled = isQuery(value) ? await value.run() : value
    if (!writer)
      throw new TenonError('TENON_ANSWER', `Cannot answer ${place} with ${status}: it is not among its "returns".`)
    return { status, text: await writer.value(settled), options }
  }

  return {
    guard: (request) => callOf(request).guard(),
    answer,
    abort: async (request) => calls.get(request)?.abort(new ClientGone()),
    fail: async (request, error) => {
      const call = calls.get(request)
      const failure = await call?.finish({ error })
      return call?.gone.aborted ? new ClientGone() : (failure?.error ?? error)
    },
  }
}

/** Statements of a GET end when nobody waits for its answer. What changes something is let finish. */
function whileWanted<T>(route: Route, call: Call, work: () => Promise<T>): Promise<T> {
  return route.method === 'GET' ? withSignal(call.gone, work) : work()
}

/** Asked before the dependencies are cleaned up, since after a commit it would be too late to fail. */
function assertHeaders({ headers = {}, cookies = [] }: ReplyOptions) {
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  for (const cookie of cookies) validateHeaderValue('set-cookie', cookie)
}

function send(reply: FastifyReply, status: number, text: string, { headers = {}, cookies = [] }: ReplyOptions) {
  reply.code(status)
  if (text !== '') reply.header('content-type', 'application/json; charset=utf-8')
  reply.headers(headers)
  if (cookies.length > 0) reply.header('set-cookie', cookies)
}

function writerOf(route: Route, { schema }: Answer<unknown>): AnswerWriter {
  if (!schema) return { value: () => '', query: () => null }
  const place = `${route.method} ${route.path}`
  if (!('_zod' in schema)) return { value: (value) => validated(schema, value, place), query: () => null }
  const write = compileWriter(schema as unknown as z.core.$ZodType)
  return { value: (value) => write(value, place), query: (query) => query.toJson?.(schema, place) ?? null }
}

/** Any other Standard Schema has no way back to the wire, so what is returned is checked and written as JSON. */
async function validated(schema: Schema, value: unknown, place: string): Promise<string> {
  const result = await schema['~standard'].validate(value)
  if (!result.issues) return JSON.stringify(result.value)
  throw new TenonError('TENON_ANSWER', `Cannot write the answer of ${place}: ${result.issues[0]?.message}.`)
}

function factsOf({ id, method, url, ip, headers, log }: FastifyRequest): RequestFacts {
  return { id, method, url, address: ip, headers, log }
}
