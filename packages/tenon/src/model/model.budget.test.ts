import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../../../..')
const imports = ['belongsTo', 'boolean', 'hasMany', 'identity', 'integer', 'json', 'Model', 'now', 'numeric', 'oneOf']
const source = JSON.stringify(join(import.meta.dirname, 'index.ts'))
const header = `import { ${[...imports, 'text', 'timestamp', 'uuid'].join(', ')} } from ${source}\nimport { z } from ${JSON.stringify(join(root, 'node_modules/zod/index.js'))}\n`

/** A model of 12 columns and 2 relations; the models refer to each other in a ring. */
function modelText(index: number, count: number): string {
  const [next, last] = [(index + 1) % count, (index + count - 1) % count]
  return `export class Model${index} extends Model('table_${index}', {
  id: identity(), title: text({ min: 1, max: 200, trim: true }), description: text({ max: 1000 }).nullable(),
  completed: boolean().default(false), priority: oneOf('low', 'medium', 'high').default('medium'),
  due_date: timestamp().nullable(), price: numeric({ precision: 10, scale: 2 }), size: integer({ min: 0 }).default(0),
  settings: json(z.object({ theme: z.string() })).private(), owner_id: uuid().references(() => Model${next}).readOnly(),
  created_at: timestamp().default(now).readOnly(), updated_at: timestamp().default(now).onUpdate(now).readOnly(),
  owner: () => belongsTo(Model${next}, 'owner_id'), owned: () => hasMany(Model${last}, 'owner_id'),
}, { indexes: [['owner_id', 'completed']] }) {
  get overdue() { return !this.completed && this.due_date !== null && this.due_date < new Date() }
}
`
}

/** Spreads the input and the output of each shape, which makes the compiler work out every member. */
function useText(index: number): string {
  const name = `Model${index}`
  const values = ['create', 'update', 'public'].flatMap((shape) => [
    `${shape}In: z.input<typeof ${name}.${shape}>`,
    `${shape}Out: z.output<typeof ${name}.${shape}>`,
  ])
  const spread = values.map((value) => `{ ...${value.split(':')[0]} }`).join(', ')
  return `const expanded${index} = ${name}.expand('owner', 'owned')
export const shapes${index} = (${values.join(', ')}, row: ${name}, expanded: z.output<typeof expanded${index}>) =>
  [${spread}, { ...row }, { ...expanded }, expanded.owner.title, expanded.owned[0]?.due_date] as const
`
}

describe('the cost of models to the compiler', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenon-budget-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  /** Several checkers would repeat the work on models in a ring, and count it again. */
  const instantiations = async (count: number, withShapes: boolean) => {
    const name = `program-${count}-${withShapes}`
    const indexes = Array.from({ length: count }, (_, index) => index)
    const texts = indexes.map((index) => modelText(index, count) + (withShapes ? useText(index) : ''))
    await writeFile(join(folder, `${name}.mts`), header + texts.join(''))
    const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')], noUnusedLocals: false }
    const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [`${name}.mts`], exclude: [] }
    await writeFile(join(folder, `${name}.json`), JSON.stringify(config))
    const compiler = join(root, 'node_modules/.bin/tsc')
    const parameters = ['-p', join(folder, `${name}.json`), '--extendedDiagnostics', '--singleThreaded']
    const { stdout } = await promisify(execFile)(compiler, parameters, { maxBuffer: 1e8 }).catch((error) => {
      throw new Error(`The program of ${count} models does not compile: ${String(error.stdout).slice(0, 2000)}`)
    })
    return Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1])
  }

  const budgets: [what: string, withShapes: boolean, budget: number][] = [
    ['tables', false, 2_500],
    ['tables with every shape evaluated', true, 10_000],
  ]
  for (const [what, withShapes, budget] of budgets) {
    it(`is within ${budget} instantiations a model for ${what}, linear to 250 models`, async (test) => {
      const [none, few, many] = [
        await instantiations(0, withShapes),
        await instantiations(50, withShapes),
        await instantiations(250, withShapes),
      ]
      const [perFew, perMany] = [(few - none) / 50, (many - none) / 250]
      test.diagnostic(`${Math.round(perFew)} for each of 50, ${Math.round(perMany)} for each of 250`)
      assert.ok(perFew <= budget, `${perFew} for each of 50 models`)
      assert.ok(perMany <= budget, `${perMany} for each of 250 models`)
      assert.ok(perMany <= perFew * 1.1, `${perFew} for each of 50 models, ${perMany} for each of 250`)
    })
  }
})
