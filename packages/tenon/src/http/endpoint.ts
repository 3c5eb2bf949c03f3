import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { inScope, newScope } from '../core/origin-scope.ts'
import type { JsonText } from '../core/query.ts'
import { withSignal } from '../core/signal.ts'
import { sendPieces } from './answer-stream.ts'
import { answerWriterOf, noOptions, type Written } from './answer-writer.ts'
import { Call } from './call.ts'
import type { CommonHeaders } from './common-headers.ts'
import type { RequestFacts } from './dependency.ts'
import { ClientGone } from './errors.ts'
import { inputsOf } from './inputs.ts'
import type { Plan } from './plan.ts'
import { endBytes, QuickHead } from './quick-head.ts'
import type { ReplyOptions } from './reply.ts'
import type { Route } from './route.ts'

/** A route made ready to answer: its guards run before the body is read, the rest after. */
export interface Endpoint {
  readonly guard: (request: FastifyRequest) => Promise<void>
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<string | Buffer | undefined>
  /** Cleans up what the request's dependencies left, after an error on the way. Answers the error to tell of. */
  readonly fail: (request: FastifyRequest, error: unknown) => Promise<unknown>
  /** The client went away before it was answered. */
  readonly abort: (request: FastifyRequest) => Promise<void>
}

/** The dependencies of the request at hand, while it is answered. */
const callKey = Symbol('call')
type Carrier = FastifyRequest & { [callKey]?: Call | null }

/** To be called once on a server, so that every request has the same hidden class. */
export function carryCalls(server: FastifyInstance): void {
  server.decorateRequest(callKey, null)
}

/** Compiles a route: its inputs, its dependencies and the writers of its answers. Nothing on the way waits without need. */
export function endpointOf(route: Route, plan: Plan, common: CommonHeaders): Endpoint {
  const inputs = inputsOf(route)
  const write = answerWriterOf(route)
  const scope = newScope()
  const handler = route.handler as (context: object) => unknown
  // Statements of a GET end when nobody waits for its answer. What changes something is let finish.
  const isCancelled = route.method === 'GET'

  function callOf(request: Carrier): Call {
    request[callKey] ??= new Call(plan, () => factsOf(request))
    return request[callKey]
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<string | Buffer | undefined> {
    const context: Record<string, unknown> = {}
    for (const read of inputs) {
      const pending = read(request, context)
      if (pending) await pending
    }
    const call = callOf(request)
    const preparing = call.prepare(context)
    if (preparing !== undefined) await preparing
    const written = isCancelled ? withSignal(call.gone, () => handled(context)) : handled(context)
    const { status, text, options, pieces } = written instanceof Promise ? await written : written
    if (pieces) {
      assertHeaders(options)
      return stream(request, reply, call, pieces, headOf(request, status, options, common))
    }
    const body = typeof text === 'string' ? text : await text
    assertHeaders(options)
    const finished = call.finish(null)
    const failure = finished instanceof Promise ? await finished : finished
    if (failure !== null) throw failure.error
    return send(request, reply, status, body, options, common)
  }

  function handled(context: object): Written | Promise<Written> {
    const result = inScope(scope, handler, context)
    return isThenable(result) ? Promise.resolve(result).then(write) : write(result)
  }

  return {
    guard: (request) => callOf(request).guard(),
    answer,
    abort: async (request: Carrier) => request[callKey]?.abort(new ClientGone()),
    fail: async (request: Carrier, error) => {
      const call = request[callKey]
      const failure = await call?.finish({ error })
      return call?.gone.aborted ? new ClientGone() : (failure?.error ?? error)
    },
  }
}

interface Head {
  readonly status: number
  readonly headers: readonly string[]
}

function headOf(request: FastifyRequest, status: number, options: ReplyOptions, common: CommonHeaders): Head {
  const { headers = {}, cookies = [] } = options
  const own = [...Object.entries(headers).flat(), ...cookies.flatMap((cookie) => ['set-cookie', cookie])]
  const usual = common.of(request.headers.origin).concat('x-request-id', request.id, 'content-type', jsonType)
  return { status, headers: usual.concat(own) }
}

/** The rows are read by what the dependencies made, so these are cleaned up behind the last. */
async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  call: Call,
  pieces: AsyncIterable<JsonText>,
  { status, headers }: Head,
): Promise<undefined> {
  const begin = () => {
    reply.hijack()
    reply.raw.writeHead(status, [...headers])
  }
  try {
    await sendPieces(reply.raw, pieces, begin)
  } catch (error) {
    if (!reply.sent) throw error
    // One whose client has left ends so, and nobody is at fault.
    if (!call.gone.aborted)
      request.log.error({ err: error, route: request.routeOptions.config?.path }, 'A list was cut off in the middle.')
    await call.finish({ error })
  }
  const failure = await call.finish(null)
  if (failure) request.log.error({ err: failure.error }, 'A dependency failed to clean up after a list.')
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Asked before the dependencies are cleaned up, since after a commit it would be too late to fail. */
function assertHeaders(options: ReplyOptions) {
  if (options === noOptions) return
  const { headers = {}, cookies = [] } = options
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  for (const cookie of cookies) validateHeaderValue('set-cookie', cookie)
}

/** The usual answer is written at once; one with headers of its own goes through Fastify, which sees to what they replace. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  text: JsonText,
  options: ReplyOptions,
  common: CommonHeaders,
): string | Buffer | undefined {
  if (options.headers === undefined && options.cookies === undefined) {
    reply.hijack()
    const { raw } = reply
    const usual = common.of(request.headers.origin)
    if (text === '') {
      raw.writeHead(status, usual.concat('x-request-id', request.id, ...(status === 204 ? [] : noLength))).end()
    } else {
      head.write(raw, status, usual, request.id, lengthOf(text))
      if (typeof text === 'string') raw.end(text)
      else endBytes(raw, text)
    }
    return
  }
  const { headers = {}, cookies = [] } = options
  reply.code(status)
  if (text !== '') reply.header('content-type', jsonType)
  reply.headers(headers)
  if (cookies.length > 0) reply.header('set-cookie', [...cookies])
  return typeof text === 'string' ? text : Buffer.concat(text)
}

const jsonType = 'application/json; charset=utf-8'
const noLength = ['content-length', '0']
const head = new QuickHead(jsonType)

function lengthOf(text: JsonText): number {
  if (typeof text === 'string') return Buffer.byteLength(text)
  let length = 0
  for (const piece of text) length += piece.byteLength
  return length
}

function factsOf({ id, method, url, ip, headers, log }: FastifyRequest): RequestFacts {
  return { id, method, url, address: ip, headers, log }
}
