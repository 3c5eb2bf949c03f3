import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { HttpError } from '../core/http-error.ts'
import { BadRequest, errorBody, MethodNotAllowed, toHttpError } from './errors.ts'

/** Whatever is thrown on the way becomes an error's answer, after the request's dependencies are cleaned up. */
export function answerErrors(server: FastifyInstance) {
  server.setErrorHandler(async (thrown, request, reply) => {
    const error = (await request.routeOptions.config?.endpoint?.fail(request, thrown)) ?? thrown
    return sendError(reply, error)
  })
}

/** Answers with an error; what is the server's own fault goes into the log. */
export function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toHttpError(thrown)
  const route = reply.request.routeOptions?.config?.path
  if (error.status === 500) reply.log.error({ err: thrown, route }, error.message)
  else if (error.status > 500) reply.log.warn({ route, reason: (thrown as Error).message }, error.message)
  return reply
    .code(error.status)
    .headers(error.headers)
    .header('content-type', 'application/json; charset=utf-8')
    .send(errorBody(error))
}

/** What Node's parser cannot read has no request to answer; the connection is closed after one answer. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const answer = malformed(error)
  const body = errorBody(answer)
  const headers = {
    ...answer.headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${lines.join('')}\r\n${body}`)
}

/** Node's own answer to an Expect that it does not know has no body. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse) {
  const body = errorBody(
    new HttpError(417, 'EXPECTATION_FAILED', 'This service does not know what the Expect header asks.'),
  )
  response.writeHead(417, { 'content-type': 'application/json; charset=utf-8' }).end(body)
}

interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

function malformed({ code, rawPacket }: ParserError): HttpError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpError(408, 'REQUEST_TIMEOUT', 'The request took too long to arrive.')
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new HttpError(431, 'HEADERS_TOO_LARGE', 'The headers are larger than this service accepts.')
  }
  // Node's parser knows a list of methods and refuses any other before a path is looked at.
  const isRequest = /^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/.test(rawPacket?.subarray(0, 4096).toString('latin1') ?? '')
  return code === 'HPE_INVALID_METHOD' && isRequest ? new MethodNotAllowed(methods) : new BadRequest()
}
