import type { Statement } from './driver.ts'
import type { Runs, Site } from './site.ts'

export interface ExplainOptions {
  /** Runs the statement and measures it; what it changes is rolled back. */
  readonly analyze?: boolean
  /** Names the output columns and the schemas. */
  readonly verbose?: boolean
  /** Plans it as the query of a stream, where the first rows are to come early. */
  readonly stream?: boolean
}

/**
 * The server's plans of the statements that the work runs, up to the first that needs the rows of one before it; of
 * that `note` tells.
 */
export async function explain(
  site: Site,
  work: (connection: Runs) => Promise<unknown>,
  options: ExplainOptions = {},
  note: string | null = null,
): Promise<string> {
  const plans = await explained(site, work, options)
  return note === null ? plans : `${plans}\n\n${note}`
}

async function explained(
  site: Site,
  work: (connection: Runs) => Promise<unknown>,
  options: ExplainOptions,
): Promise<string> {
  if (!options.analyze) return await site.run((connection) => plansOf(connection, work, options))
  try {
    return await site.runAtOnce(async (connection) => {
      throw new RolledBack(await plansOf(connection, work, options))
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.plans
    throw error
  }
}

/** Thrown in the place of an answer: the work has been seen as far as it can be. */
class Explained extends Error {}

class RolledBack extends Error {
  readonly plans: string

  constructor(plans: string) {
    super('The statement was run to be measured.')
    this.plans = plans
  }
}

async function plansOf(
  connection: Runs,
  work: (connection: Runs) => Promise<unknown>,
  options: ExplainOptions,
): Promise<string> {
  const plans: Promise<string>[] = []
  const explaining: Runs = {
    run: (statement) => {
      plans.push(planOf(connection, statement, options))
      return Promise.reject(new Explained())
    },
  }
  const [outcome, ...printed] = await Promise.allSettled([work(explaining), ...plans])
  if (outcome.status === 'rejected' && !(outcome.reason instanceof Explained)) throw outcome.reason
  const failed = printed.find((plan) => plan.status === 'rejected')
  if (failed) throw failed.reason
  return (await Promise.all(plans)).join('\n\n')
}

async function planOf(connection: Runs, { text, values }: Statement, options: ExplainOptions): Promise<string> {
  const words = [options.analyze ? 'analyze, buffers' : 'costs', ...(options.verbose ? ['verbose'] : [])].join(', ')
  const cursor = options.stream ? 'declare tenon_explained no scroll cursor for ' : ''
  const { rows } = await connection.run({ text: `explain (${words}) ${cursor}${text}`, values })
  return rows.map(([line]) => line).join('\n')
}
