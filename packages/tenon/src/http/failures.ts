import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { HttpError } from '../core/http-error.ts'
import { BadRequest, errorBody, toHttpError } from './errors.ts'

/** Whatever is thrown on the way becomes an error's answer, after the request's dependencies are cleaned up. */
export function answerErrors(server: FastifyInstance) {
  server.setErrorHandler(async (thrown, request, reply) => {
    const error = (await request.routeOptions.config?.endpoint?.fail(request, thrown)) ?? thrown
    return sendError(reply, error)
  })
  server.addHook('onRequestAbort', async (request) => {
    await request.routeOptions.config?.endpoint?.abort(request)
  })
}

/** Answers with an error; what is the server's own fault goes into the log. */
export function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toHttpError(thrown)
  if (error.status >= 500)
    reply.log.error({ err: thrown, route: reply.request.routeOptions?.config?.path }, error.message)
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
  const { status, reason, error: answer } = malformed(error.code)
  const body = errorBody(answer)
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`
  socket.end(head + body)
}

function malformed(code: string | undefined): { status: number; reason: string; error: HttpError } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const error = new HttpError(408, 'REQUEST_TIMEOUT', 'The request took too long to arrive.')
    return { status: 408, reason: 'Request Timeout', error }
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const error = new HttpError(431, 'HEADERS_TOO_LARGE', 'The headers are larger than this service accepts.')
    return { status: 431, reason: 'Request Header Fields Too Large', error }
  }
  return { status: 400, reason: 'Bad Request', error: new BadRequest() }
}
