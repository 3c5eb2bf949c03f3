import { serve } from 'tenon/http'
import { createApp } from './routes.ts'

const server = await serve(createApp(), { host: '127.0.0.1', port: Number(process.env.PORT) })
process.on('SIGTERM', async () => {
  await server.close()
  process.exit(0)
})
