import { TenonError } from '../core/errors.ts'
import { errorOf, HttpError } from '../core/http-error.ts'
import type { Problem } from '../model/problems.ts'

export class NotFound extends errorOf(404, 'NOT_FOUND', 'There is nothing at this path.') {}
export class PayloadTooLarge extends errorOf(
  413,
  'PAYLOAD_TOO_LARGE',
  'The body is larger than this service accepts.',
) {}
export class UnsupportedMediaType extends errorOf(
  415,
  'UNSUPPORTED_MEDIA_TYPE',
  'The body is of a media type that this path does not read.',
) {}
export class BadRequest extends errorOf(400, 'BAD_REQUEST', 'The request is not well-formed HTTP.') {}
export class ServiceUnavailable extends errorOf(
  503,
  'SERVICE_UNAVAILABLE',
  'The service cannot answer just now. Try again soon.',
) {}
export class Conflict extends errorOf(409, 'CONFLICT', 'The change does not fit what is stored.') {}
export class InternalError extends errorOf(
  500,
  'INTERNAL_ERROR',
  'The service failed to answer. The fault is not yours.',
) {}

/** What a request's dependencies are told of when its client has gone; nobody is there to be answered. */
export class ClientGone extends errorOf(499, 'CLIENT_GONE', 'The client went away.') {}

export class MethodNotAllowed extends HttpError<'METHOD_NOT_ALLOWED'> {
  constructor(allowed: readonly string[] = []) {
    super(405, 'METHOD_NOT_ALLOWED', 'This path does not answer to this method.', { Allow: allowed.join(', ') })
  }
}

/** One entry of an error's `errors` list: where, what, and the field's own code where a rule is broken. */
export interface FieldError {
  readonly field: string
  readonly detail: string
  readonly code?: string
}

/** Bad input: 422 where a value is missing or of the wrong type, else 400 with the code of the first field whose rule is broken. */
export class ValidationFailed extends HttpError {
  readonly errors: readonly FieldError[]

  constructor(problems: readonly Problem[] = [], at = '') {
    const wrongType = problems.find((problem) => problem.code === null)
    const first = wrongType ?? problems[0]
    const code = wrongType ? null : (first?.code ?? null)
    super(code === null ? 422 : 400, code ?? 'VALIDATION_ERROR', first?.message ?? 'The input is not valid.')
    this.errors = problems.map((problem) => {
      const field = [at, ...problem.path.map(String)].filter((part) => part !== '').join('.')
      return { field, detail: problem.message, ...(problem.code === null ? {} : { code: problem.code }) }
    })
  }
}

/** Bad input as a whole, where no field can be named. */
export function invalid(detail: string, at: string): ValidationFailed {
  return new ValidationFailed([{ path: [], message: detail, code: null }], at)
}

interface FastifyFault {
  readonly code?: unknown
  readonly statusCode?: unknown
}

/** The error a client is told of, for whatever was thrown; what is not meant for clients becomes INTERNAL_ERROR. */
export function toHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown
  if (thrown instanceof TenonError) return fromTenonError(thrown)
  const { code, statusCode } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as FastifyFault
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PayloadTooLarge()
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new UnsupportedMediaType()
  const isFastify = typeof code === 'string' && code.startsWith('FST_')
  if (isFastify && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return new BadRequest()
  return new InternalError()
}

function fromTenonError(error: TenonError): HttpError {
  if (error.status === 503) return withHeaders(new ServiceUnavailable(), error.headers)
  return error.status === 409 ? new Conflict() : new InternalError()
}

function withHeaders(error: HttpError, headers: Readonly<Record<string, string>>): HttpError {
  return new HttpError(error.status, error.code, error.message, headers)
}

/** The body of an error's answer. */
export function errorBody(error: HttpError): string {
  const errors = error instanceof ValidationFailed && error.errors.length > 0 ? { errors: error.errors } : {}
  return JSON.stringify({ detail: error.message, code: error.code, ...errors })
}
