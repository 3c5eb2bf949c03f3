// Checks who imports whom, for types too. The table is the one that ARCHITECTURE.md draws.
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const stack = 'packages/tenon/src/'

/** What each folder of the stack may import beside its own files. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  model: ['core'],
  sql: ['model', 'core'],
  database: ['sql', 'model', 'core'],
  migrations: ['database', 'sql', 'model', 'core'],
  http: ['model', 'core'],
  openapi: ['http', 'model', 'core'],
  auth: ['http', 'model', 'core'],
  neon: ['core'],
  testing: ['http', 'migrations', 'database', 'sql', 'model', 'core'],
  cli: ['openapi', 'http', 'migrations', 'database', 'sql', 'model', 'core'],
}

interface PackageRule {
  readonly packages: RegExp
  readonly allowed: readonly string[]
  readonly why: string
}

/** Packages that only some places may name. */
const packageRules: readonly PackageRule[] = [
  {
    packages: /^(pg|pg-[a-z-]+|@electric-sql\/pglite[a-z-]*)(\/|$)/,
    allowed: ['database/postgres/', 'database/pglite/', 'testing/server.ts'],
    why: 'Only database/postgres and database/pglite name a driver. Take a Driver instead',
  },
  {
    packages: /^kysely(\/|$)/,
    allowed: ['sql/', 'database/'],
    why: 'Only sql and database build statements. Use what they offer',
  },
  {
    packages: /^(fastify|@fastify\/[a-z-]+|fastify-[a-z-]+)(\/|$)/,
    allowed: ['http/', 'auth/'],
    why: 'Only http and auth know the server underneath. Use the routes, assets and dependencies of http',
  },
]

const withoutIo = ['model', 'sql']
/** Built-in modules that compute and touch nothing outside. */
const pureModules = ['node:crypto']
const vagueNames = /^(utils?|helpers?|common|misc|shared)(\.ts)?$/

export interface Violation {
  readonly file: string
  readonly line: number
  readonly message: string
}

interface Import {
  readonly file: string
  readonly line: number
  /** As written. */
  readonly specifier: string
  /** A path from the repository's root where the specifier is relative. */
  readonly target: string | null
}

/** Checks sources given as `path from the root → text`; `publicNames` are the names that an application may import. */
export function checkLayers(sources: ReadonlyMap<string, string>, publicNames: readonly string[]): Violation[] {
  return [...sources].flatMap(([file, text]) => {
    const imports = readImports(file, text)
    const found = file.startsWith(stack)
      ? imports.map((one) => checkStackImport(one))
      : /^(apps|examples|benchmarks)\//.test(file)
        ? imports.map((one) => checkApplicationImport(one, publicNames))
        : []
    const messages = found.flatMap((message, index) => {
      const at = imports[index]
      return message === null || at === undefined ? [] : [{ file, line: at.line, message }]
    })
    return [...checkName(file), ...messages]
  })
}

/** A statement begins its line, so that text in comments and strings does not count; `import('…')` counts anywhere. */
const patterns: readonly RegExp[] = [
  /^[ \t]*import\s+(?:type\s+)?[\w$*\s{},]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
  /^[ \t]*export\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s*from\s*['"]([^'"\n]+)['"]/gm,
  /^[ \t]*import\s*['"]([^'"\n]+)['"]/gm,
  /^(?![ \t]*(?:\/\/|\*|\/\*)).*?\bimport\(\s*['"]([^'"\n]+)['"]/gm,
]

export function readImports(file: string, text: string): Import[] {
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => {
      const specifier = match[1] ?? ''
      const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : null
      return { file, line: lineOf(text, match.index + match[0].length), specifier, target }
    }),
  )
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

function checkName(file: string): Violation[] {
  const vague = file.split('/').find((part) => vagueNames.test(part))
  if (vague === undefined) return []
  return [
    { file, line: 1, message: `${vague} says nothing of what is in it. Name it after the main thing that it exports` },
  ]
}

function checkStackImport(one: Import): string | null {
  const inside = one.file.slice(stack.length)
  const isTest = one.file.endsWith('.test.ts')
  // A test may stand outside its folder, as a user of the stack does.
  if (!isTest && one.target?.startsWith(stack) && one.target.endsWith('/index.ts')) {
    return `${one.specifier} is a public entrance, for those outside. Import the file that defines what you need`
  }
  if (one.specifier === 'tenon' || one.specifier.startsWith('tenon/')) {
    return `${one.specifier} is the name for those outside. Import the file that defines what you need`
  }
  if (isTest) return null
  if (one.target !== null) return checkLayer(inside, one.target, one.specifier)
  const layer = inside.split('/')[0] ?? ''
  if (withoutIo.includes(layer) && isBuiltin(one.specifier) && !pureModules.includes(one.specifier)) {
    return `${layer} does no I/O and may not import ${one.specifier}. Move what needs it to the layer that does the I/O`
  }
  const broken = packageRules.find(
    ({ packages, allowed }) => packages.test(one.specifier) && !allowed.some((place) => inside.startsWith(place)),
  )
  return broken ? `${one.specifier} may not be imported here. ${broken.why}` : null
}

function checkLayer(inside: string, target: string, specifier: string): string | null {
  const layer = inside.split('/')[0] ?? ''
  if (!target.startsWith(stack)) return `${specifier} leaves the package. What the stack needs stands in ${stack}`
  const targetLayer = target.slice(stack.length).split('/')[0] ?? ''
  const allowed = layers[layer]
  if (allowed === undefined) return `the folder ${layer} is in no layer. Add it to the table in scripts/layers.ts`
  if (layer === targetLayer || allowed.includes(targetLayer)) return null
  return (
    `${layer} may not import ${targetLayer}, only ${allowed.join(', ') || 'itself'}. ` +
    'Move what both need to a layer below both (a protocol goes to core), or let the application join them'
  )
}

function checkApplicationImport(one: Import, publicNames: readonly string[]): string | null {
  // The benchmarks are one application, and may use what starts the tests' PostgreSQL.
  const home = one.file.startsWith('benchmarks/') ? 'benchmarks' : one.file.split('/').slice(0, 2).join('/')
  if (one.target !== null) {
    return one.target.startsWith(`${home}/`) || (home === 'benchmarks' && one.target === 'scripts/postgres-server.ts')
      ? null
      : `${one.specifier} leaves the application. Import a public name of the stack: ${publicNames.join(', ')}`
  }
  const isStack = one.specifier === 'tenon' || one.specifier.startsWith('tenon/')
  if (!isStack || publicNames.includes(one.specifier)) return null
  return `${one.specifier} is not a public name of the stack. There are: ${publicNames.join(', ')}`
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

function readPublicNames(root: string): string[] {
  const { name, exports } = JSON.parse(readFileSync(path.join(root, 'packages/tenon/package.json'), 'utf8')) as {
    name: string
    exports: Record<string, unknown>
  }
  return Object.keys(exports).map((subpath) => `${name}${subpath.slice(1)}`)
}

function main(): void {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const files = globSync(['packages/*/src/**/*.ts', 'apps/*/**/*.ts', 'examples/**/*.ts', 'benchmarks/**/*.ts'], {
    cwd: root,
    exclude: ['**/node_modules/**', 'benchmarks/peers/**'],
  })
  const sources = new Map(
    files.map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(root, file), 'utf8')]),
  )
  const violations = checkLayers(sources, readPublicNames(root))
  for (const { file, line, message } of violations) console.error(`${file}:${line}: ${message}.`)
  console.log(`${sources.size} files, ${violations.length} violations`)
  process.exitCode = violations.length > 0 ? 1 : 0
}

if (import.meta.main) main()
