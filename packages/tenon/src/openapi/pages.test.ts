import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { sampleOptions, sampleRoutes } from '../../test/sample-routes.ts'
import type { Asset } from '../http/asset.ts'
import { openapi } from './openapi.ts'

const executablePath = '/usr/bin/chromium'
const skip = existsSync(executablePath) ? false : `there is no ${executablePath}`
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
async function watch(browser: Browser, origin: string): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage()
  page.setDefaultTimeout(10_000)
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
  let browser: Browser

  before(async () => {
    served = await serveAssets(openapi(sampleOptions)(sampleRoutes))
    browser = await chromium.launch({ executablePath, args: launchArguments.split(' ') })
  })

  after(async () => {
    await browser?.close()
    served?.server.closeAllConnections()
    served?.server.close()
  })

  it('shows the operations in Swagger UI, lets one authorize and execute', async () => {
    const { page, faults } = await watch(browser, served.url)
    await page.goto(`${served.url}/docs`)
    await page.locator('.opblock').first().waitFor()
    assert.equal(await page.title(), 'Books – API')
    assert.equal(await page.locator('.opblock').count(), 11)
    await page.locator('.model-container, .models .json-schema-2020-12').first().waitFor()

    await page.locator('.btn.authorize').click()
    // Neither cookies, which no page can set, nor an OAuth2 client are asked for.
    assert.equal(await page.locator('.auth-container').count(), 1)
    assert.equal(await page.locator('.auth-container input:visible').count(), 2)
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
    const { page, faults } = await watch(browser, served.url)
    await page.goto(`${served.url}/redoc`)
    await page.locator('h1', { hasText: 'Books' }).first().waitFor()
    await page.locator('[role=search] input').fill('burn')
    await page.locator('[data-role="search:results"] [role=menuitem]').first().waitFor()
    assert.equal(await page.title(), 'Books – API reference')
    assert.deepEqual(faults, [])
    await page.close()
  })
})
