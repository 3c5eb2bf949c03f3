import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Asset } from '../http/asset.ts'
import { openapi } from './openapi.ts'
import { sampleOptions, sampleRoutes } from './sample.ts'

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)
const skip = browser ? false : 'there is no Chromium at /usr/bin/chromium'
const launchArguments =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Answers the assets, and one request of the API. */
async function serveAssets(assets: readonly Asset[]) {
  const byPath = new Map(assets.map((asset) => [asset.path, asset]))
  const server = createServer((request, response) => {
    const asset = byPath.get(request.url ?? '')
    if (asset) {
      response.writeHead(200, { ...asset.headers, 'Content-Type': asset.contentType }).end(asset.body())
    } else if (request.method === 'POST' && request.url === '/api/v1/auth/login') {
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end('{"access_token":"secret","token_type":"bearer"}')
    } else {
      const authorization = JSON.stringify(request.headers.authorization ?? null)
      response.writeHead(404, { 'Content-Type': 'application/json' }).end(`{"authorization":${authorization}}`)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** What a page did that it must not do: errors, violations of its policy, requests to other hosts. */
async function watch(context: BrowserContext, origin: string): Promise<{ page: Page; faults: string[] }> {
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url()))
      faults.push(`outside: ${request.url()}`)
  })
  await page.exposeFunction('reportViolation', (text: string) => faults.push(`policy: ${text}`))
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    reportViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile))`)
  return { page, faults }
}

describe('openapi pages in a browser', { skip }, () => {
  let served: Awaited<ReturnType<typeof serveAssets>>
  let context: BrowserContext
  const profile = mkdtempSync(join(tmpdir(), 'tenon-browser-'))

  before(async () => {
    served = await serveAssets(openapi(sampleOptions)(sampleRoutes))
    context = await chromium.launchPersistentContext(profile, {
      executablePath: browser ?? '',
      args: launchArguments.split(' '),
      viewport: { width: 1280, height: 900 },
    })
  })

  after(async () => {
    await context?.close()
    served?.server.closeAllConnections()
    served?.server.close()
    rmSync(profile, { recursive: true, force: true })
  })

  it('shows the operations in Swagger UI, lets one authorize and execute', async () => {
    const { page, faults } = await watch(context, served.url)
    await page.goto(`${served.url}/docs`)
    await page.locator('.opblock').first().waitFor()
    assert.equal(await page.title(), 'Books – API')
    assert.equal(await page.locator('.opblock').count(), 10)
    await page.locator('.model-container, .models .json-schema-2020-12').first().waitFor()

    await page.locator('.btn.authorize').click()
    await page.locator('#oauth_username').fill('ada@example.com')
    await page.locator('#oauth_password').fill('correct horse')
    await page.locator('.modal-btn.authorize').click()
    await page.locator('.auth-btn-wrapper .btn-done').click()

    await page.locator('#operations-auth-getMe').click()
    await page.locator('#operations-auth-getMe .execute').click()
    const answer = page.locator('#operations-auth-getMe .live-responses-table .response .microlight').first()
    await answer.waitFor()
    assert.match((await answer.textContent()) ?? '', /Bearer secret/)
    // The server of this test answers the API with 404, which the browser reports.
    assert.deepEqual(
      faults.filter((fault) => !fault.includes('404')),
      [],
    )
    await page.close()
  })

  it('shows the reference in Redoc, with its search', async () => {
    const { page, faults } = await watch(context, served.url)
    await page.goto(`${served.url}/redoc`)
    await page.locator('h1', { hasText: 'Books' }).first().waitFor()
    await page.locator('[role=search] input').fill('burn')
    await page.locator('[data-role="search:results"] [role=menuitem]').first().waitFor()
    assert.equal(await page.title(), 'Books – API reference')
    assert.deepEqual(faults, [])
    await page.close()
  })
})
