import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import type { Asset } from './asset.ts'

interface Kept {
  readonly plain: Buffer
  readonly zipped: Buffer
  readonly tag: string
}

/** Answers an asset, compressed where the client takes it, and with 304 where the client has it. */
export function addAsset(server: FastifyInstance, asset: Asset) {
  let kept: Kept | undefined
  server.get(asset.path, (request, reply) => {
    kept ??= keep(asset)
    reply.headers({ vary: 'Accept-Encoding', etag: kept.tag, ...asset.headers })
    if (request.headers['if-none-match'] === kept.tag) return reply.code(304).send()
    reply.type(asset.contentType)
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(kept.plain)
    return reply.header('content-encoding', 'gzip').send(kept.zipped)
  })
}

function keep(asset: Asset): Kept {
  const plain = Buffer.from(asset.body())
  const tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
  return { plain, zipped: gzipSync(plain), tag }
}
