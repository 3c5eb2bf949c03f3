import { errorOf, router } from 'tenon/http'
import { pending } from 'tenon/migrations'
import { z } from 'zod'
import { driver, revisions } from './database.ts'

export class NotReady extends errorOf(503, 'NOT_READY', 'The service is not ready.', { 'Retry-After': '5' }) {}

const Alive = z.object({ status: z.literal('ok') })
const Ready = z.object({ status: z.literal('ready') })

export const health = router('/', { tags: ['health'] })

health.get('/health', { summary: 'Is the process alive?', returns: Alive }, () => ({ status: 'ok' as const }))

health.get(
  '/ready',
  {
    summary: 'Can it serve?',
    description:
      'Ready means: the database answers, and no migration is pending. One that is ahead of this code is no reason ' +
      'not to serve: while a new version is rolled out, the old one goes on.',
    returns: Ready,
    throws: [NotReady],
    uses: { driver, revisions },
  },
  async ({ driver, revisions }) => {
    const missing = await pending(driver, revisions).catch(() => {
      throw new NotReady('The database cannot be reached.')
    })
    if (missing.length > 0)
      throw new NotReady(`Migrations are pending: ${missing.join(', ')}. Run: npm run tenon -- migrate upgrade`)
    return { status: 'ready' as const }
  },
)
