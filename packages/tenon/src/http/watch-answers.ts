import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { answerLog, type LogOptions } from './log.ts'

interface Watched extends ServerResponse {
  [requestKey]?: FastifyRequest
  [startedKey]?: number
}

const requestKey = Symbol('request')
const startedKey = Symbol('started')

/** Sees an answer to its end: one log line, or what is to be done when the client goes away before. */
export function answerWatch(options: LogOptions): (request: FastifyRequest, response: ServerResponse) => void {
  const log = answerLog(options)

  // One function for all, which finds its request by its `this`.
  function closed(this: Watched) {
    const request = this[requestKey]
    if (!request) return
    if (!this.writableEnded) {
      request.routeOptions.config?.endpoint?.abort(request).catch((error) => {
        request.log.error({ err: error }, 'A dependency failed to clean up after its client had gone.')
      })
      return
    }
    if (!log) return
    const { method, url, id } = request
    const query = url.indexOf('?')
    const milliseconds = Math.round((performance.now() - (this[startedKey] ?? 0)) * 10) / 10
    const path = query < 0 ? url : url.slice(0, query)
    log({ id, method, path, route: request.routeOptions.config?.path, status: this.statusCode, milliseconds })
  }

  return (request, response: Watched) => {
    response[requestKey] = request
    response[startedKey] = performance.now()
    response.on('close', closed)
  }
}
