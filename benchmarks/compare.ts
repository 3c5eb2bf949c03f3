import { seed } from './data/seed.ts'
import { openPostgresServer, startContestant } from './measure/arena.ts'
import { install } from './measure/install.ts'
import { type Arena, type Figures, type Running, runCase } from './measure/rounds.ts'
import type { Options } from './options.ts'

export async function compare(options: Options): Promise<void> {
  const say = (line: string) => console.error(line)
  const able = install(options.contestants, say)
  await using stack = new AsyncDisposableStack()
  const postgres = stack.use(await openPostgresServer())
  const url = await postgres.createDatabase()
  await seed(url)
  const running: Running[] = []
  for (const contestant of able) {
    const server = stack.use(await startContestant(contestant, url))
    say(`${contestant.name} up in ${server.startup.toFixed(0)} ms, ${(server.memory() / 1e6).toFixed(0)} MB`)
    running.push({ contestant, server })
  }
  const arena: Arena = { url, running, pace: options.pace, postgresCpu: () => postgres.cpu(), say: () => {} }
  for (const one of options.cases) {
    const figures: Figures[] = await runCase({ ...arena, say }, one)
    console.log(one.title)
    for (const { contestant, likeness, turns, timings } of figures) {
      const t = turns.map(
        (x) => `${x.serverCpu.toFixed(0)}/${x.postgresCpu.toFixed(0)} ${x.rate.toFixed(0)} e${x.errors}`,
      )
      const l = timings.map((x) => `${x.p50.toFixed(2)} ${x.p99.toFixed(2)} lag ${x.lag.toFixed(2)} e${x.errors}`)
      console.log(contestant, likeness, t.join(' | '), '||', l.join(' | '))
    }
  }
}
