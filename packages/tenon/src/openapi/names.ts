import type { HttpMethod, Route } from '../http/route.ts'

/** A sentence for a route that says none: the name of its handler in words, or made from its method and path. */
export function toSummary(route: Route): string {
  return capitalized(handlerWords(route) ?? pathWords(route.method, route.path)).replace(/\bid\b/, 'ID')
}

/**
 * A name for generated clients that is not taken: the handler's, or one made from method and path (`listTasks`), or its
 * long form (`getApiV1Tasks`). The summary has no part in it, so that texts may change.
 */
export function toOperationId(route: Route, taken: ReadonlySet<string>): string {
  const short = [handlerWords(route), pathWords(route.method, route.path)].flatMap((words) =>
    words ? [shortId(words)] : [],
  )
  const long = longId(route)
  const free = [...short, long].find((id) => !taken.has(id))
  if (free !== undefined) return free
  let count = 2
  while (taken.has(`${long}${count}`)) count++
  return `${long}${count}`
}

function shortId(words: string): string {
  return camelCase(words.split(' ').filter((word) => !['a', 'an', 'the'].includes(word)))
}

function longId({ method, path }: Route): string {
  const segments = path.split('/').map((segment) => segment.replace(/^\{([^}:]+).*$/, 'by $1'))
  return camelCase([method.toLowerCase(), ...segments].flatMap((segment) => segment.split(/[^A-Za-z0-9]+/)))
}

/** Names that say nothing about what a handler does. */
const unspoken = new Set(['', 'handler', 'handle', 'route', 'default'])

function handlerWords(route: Route): string | null {
  const name = route.handler.name
  if (unspoken.has(name) || !/^[A-Za-z_$][\w$]*$/.test(name)) return null
  return name
    .replace(/[_$]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim()
}

/** The last thing that a path names, and the things it belongs to: `tag`, of `task`, for `/tasks/{task_id}/tags/{tag_id}`. */
interface Target {
  readonly noun: string
  readonly isOne: boolean
  readonly owner: string | null
}

function toTarget(path: string): Target {
  const segments = path
    .split('/')
    .filter((segment, index) => segment !== '' && !(index < 3 && /^(api|v\d+)$/.test(segment)))
  const nouns = segments
    .filter((segment) => !segment.startsWith('{'))
    .map((segment) => segment.replace(/[^A-Za-z0-9]+/g, ' '))
  const isOne = segments.at(-1)?.startsWith('{') ?? false
  const before = segments.slice(0, isOne ? -2 : -1)
  const owner = before.at(-1)?.startsWith('{') ? singular(nouns.at(-2) ?? 'item') : null
  return { noun: (nouns.at(-1) ?? 'root').toLowerCase(), isOne, owner: owner && withArticle(owner.toLowerCase()) }
}

function pathWords(method: HttpMethod, path: string): string {
  const target = toTarget(path)
  if (target.isOne) return itemWords(method, withArticle(singular(target.noun)), target.owner)
  const ofOwner = target.owner === null ? '' : ` of ${target.owner}`
  if (!isPlural(target.noun)) return actionWords(method, target.noun, target.owner)
  return method === 'POST'
    ? `create ${withArticle(singular(target.noun))}${ofOwner}`
    : `${{ ...verbs, GET: 'list' }[method]} ${target.noun}${ofOwner}`
}

const verbs: Readonly<Record<HttpMethod, string>> = {
  GET: 'get',
  POST: 'post',
  PUT: 'replace',
  PATCH: 'update',
  DELETE: 'delete',
}

function itemWords(method: HttpMethod, item: string, owner: string | null): string {
  if (owner === null) return `${verbs[method]} ${item}`
  if (method === 'POST' || method === 'PUT') return `add ${item} to ${owner}`
  return method === 'DELETE' ? `remove ${item} from ${owner}` : `${verbs[method]} ${item} of ${owner}`
}

/** A noun in the singular at the end of a path is what is asked for, or what is to be done: `/me`, `/login`. */
function actionWords(method: HttpMethod, noun: string, owner: string | null): string {
  if (method === 'POST') return owner === null ? noun : `${noun} ${owner}`
  return owner === null ? `${verbs[method]} ${noun}` : `${verbs[method]} the ${noun} of ${owner}`
}

function isPlural(noun: string): boolean {
  return /[^aiousy]s$/.test(noun) || /[ie]es$/.test(noun)
}

function singular(noun: string): string {
  if (!isPlural(noun)) return noun
  if (noun.endsWith('ies')) return `${noun.slice(0, -3)}y`
  return /(s|x|z|ch|sh)es$/.test(noun) ? noun.slice(0, -2) : noun.slice(0, -1)
}

function withArticle(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`
}

function camelCase(words: readonly string[]): string {
  const [first = '', ...others] = words.filter((word) => word !== '')
  return first.charAt(0).toLowerCase() + first.slice(1) + others.map(capitalized).join('')
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
