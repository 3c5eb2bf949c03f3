// The same server in several processes on one port: WORKERS of them.
import cluster from 'node:cluster'

if (cluster.isPrimary) {
  for (let worker = 0; worker < Number(process.env.WORKERS); worker++) cluster.fork()
  process.on('SIGTERM', () => cluster.disconnect(() => process.exit(0)))
} else {
  await import('./main.ts')
}
