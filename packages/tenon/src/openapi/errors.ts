import type { HttpError, HttpErrorClass } from '../core/http-error.ts'
import { PayloadTooLarge, UnsupportedMediaType, ValidationFailed } from '../http/errors.ts'
import type { Route, RouteOptions } from '../http/route.ts'
import type { Warn } from './components.ts'
import { dependenciesOf } from './dependencies.ts'
import { inputCodes } from './input-codes.ts'

/** Every error that a route may answer, each code once: its own, those of all it uses, and those of its inputs. */
export function errorsOf(route: Route, warn: Warn): HttpError[] {
  const classes = [...dependenciesOf(route)].flatMap((dependency) => dependency.options.throws ?? [])
  const declared = [...classes, ...(route.options.throws ?? [])].flatMap((one) => instanceOf(one, route, warn))
  const found = new Map<string, HttpError>()
  for (const error of [...declared, ...inputErrors(route)]) {
    const key = `${error.status} ${error.code}`
    if (!found.has(key)) found.set(key, error)
  }
  return [...found.values()].sort((one, other) => one.status - other.status)
}

function instanceOf(errorClass: HttpErrorClass, { method, path }: Route, warn: Warn): HttpError[] {
  try {
    return [new errorClass()]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    warn(`Cannot describe the error ${errorClass.name} of ${method} ${path}: without arguments "new" fails, ${reason}.`)
    return []
  }
}

const inputs = ['params', 'query', 'headers', 'cookies', 'body', 'form'] as const satisfies (keyof RouteOptions)[]

/** What follows from the inputs that a route declares. */
function inputErrors({ options, path }: Route): HttpError[] {
  const declared = inputs.filter((input) => options[input] !== undefined)
  const isRead = declared.length > 0 || path.includes('{')
  const hasBody = options.body !== undefined || options.form !== undefined
  return [
    ...declared.flatMap((input) => brokenRules(options, input)),
    ...(hasBody ? [new PayloadTooLarge(), new UnsupportedMediaType()] : []),
    ...(isRead ? [wrongType(declared[0] ?? 'path')] : []),
  ]
}

function brokenRules(options: RouteOptions, input: (typeof inputs)[number]): HttpError[] {
  const schema = options[input]
  if (!schema) return []
  return inputCodes(schema).map(({ code, path }) => {
    const message = `The value of ${path.at(-1) ?? input} breaks its rule.`
    return new ValidationFailed([{ path, message, code }], input)
  })
}

function wrongType(input: string): HttpError {
  return new ValidationFailed([{ path: [], message: 'A value is missing or of the wrong type.', code: null }], input)
}
