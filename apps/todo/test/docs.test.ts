import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { type Browser, chromium, type Page } from 'playwright-core'
import { newPerson } from './client.ts'
import { type Service, startService } from './service.ts'

const bearer = ['INVALID_TOKEN', 'INVALID_TOKEN_TYPE', 'MISSING_TOKEN', 'TOKEN_EXPIRED']
const taskRules = ['DESCRIPTION_TOO_LONG', 'INVALID_DUE_DATE', 'INVALID_PRIORITY', 'INVALID_RRULE', 'INVALID_TITLE']
const listRules = ['INVALID_PAGINATION', 'INVALID_PRIORITY', 'INVALID_SORT_FIELD', 'INVALID_STATUS']
const tagRules = ['INVALID_COLOR', 'INVALID_TAG_NAME', 'TAG_ALREADY_EXISTS']
const invalid = ['VALIDATION_ERROR']
const limited = ['RATE_LIMIT_EXCEEDED']
const body = { 413: ['PAYLOAD_TOO_LARGE'], 415: ['UNSUPPORTED_MEDIA_TYPE'], 422: invalid }
const noTask = ['TASK_NOT_FOUND']
const noTag = ['TAG_NOT_FOUND']
const neither = [...noTag, ...noTask]

/** Each route with the statuses it succeeds with, and the codes that the contract gives it, by status. */
const contract: Readonly<Record<string, readonly [string, Readonly<Record<number, readonly string[]>>]>> = {
  'post /auth/register': [
    '201',
    { 400: ['EMAIL_ALREADY_EXISTS', 'INVALID_EMAIL', 'INVALID_NAME', 'PASSWORD_TOO_SHORT'], ...body, 429: limited },
  ],
  'post /auth/login': ['200', { 401: ['INVALID_CREDENTIALS'], ...body, 429: limited }],
  'post /auth/refresh': [
    '200',
    { 401: ['INVALID_TOKEN', 'MISSING_REFRESH_TOKEN', 'REFRESH_TOKEN_EXPIRED'], 429: limited },
  ],
  'post /auth/logout': ['200', {}],
  'get /auth/me': ['200', { 401: bearer }],
  'get /tasks': ['200', { 400: listRules, 401: bearer, 422: invalid }],
  'post /tasks': ['201', { 400: taskRules, 401: bearer, ...body }],
  'get /tasks/{task_id}': ['200', { 401: bearer, 404: noTask, 422: invalid }],
  'put /tasks/{task_id}': ['200', { 400: taskRules, 401: bearer, 404: noTask, ...body }],
  'patch /tasks/{task_id}': ['200', { 400: taskRules, 401: bearer, 404: noTask, ...body }],
  'delete /tasks/{task_id}': ['204', { 401: bearer, 404: noTask, 422: invalid }],
  'get /tags': ['200', { 401: bearer }],
  'post /tags': ['201', { 400: tagRules, 401: bearer, ...body }],
  'put /tags/{tag_id}': ['200', { 400: tagRules, 401: bearer, 404: noTag, ...body }],
  'delete /tags/{tag_id}': ['204', { 401: bearer, 404: noTag, 422: invalid }],
  'post /tasks/{task_id}/tags/{tag_id}': ['200 201', { 401: bearer, 404: neither, 422: invalid }],
  'delete /tasks/{task_id}/tags/{tag_id}': ['204', { 401: bearer, 404: neither, 422: invalid }],
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>
}
interface Content {
  readonly examples?: Readonly<Record<string, unknown>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

function successesOf({ responses }: Operation): string {
  return Object.keys(responses)
    .filter((status) => status < '400')
    .join(' ')
}

function codesOf({ responses }: Operation): Record<string, string[]> {
  const failures = Object.entries(responses).filter(([status]) => status >= '400')
  return Object.fromEntries(
    failures.map(([status, { content }]) => [
      status,
      Object.keys(content?.['application/json']?.examples ?? {}).sort(),
    ]),
  )
}

let service: Service
before(async () => {
  service = await startService('pglite')
})
after(() => service?.close())

describe('/openapi.json', () => {
  let document: Document
  before(async () => {
    document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document
  })

  it('is valid', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never)
    assert.equal(valid, true, JSON.stringify(errors))
  })

  it('documents every route of the contract and no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path.replace('/api/v1', '')}`),
    )
    assert.deepEqual(documented.sort(), [...Object.keys(contract), 'get /health', 'get /ready'].sort())
  })

  for (const [route, [statuses, codes]] of Object.entries(contract)) {
    it(`documents every status and code of ${route}`, () => {
      const [method = '', path = ''] = route.split(' ')
      const operation = document.paths[`/api/v1${path}`]?.[method]
      assert.ok(operation)
      assert.equal(successesOf(operation), statuses)
      assert.deepEqual(codesOf(operation), codes)
    })
  }
})

const executablePath = '/usr/bin/chromium'
const launchArguments =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

describe('the documentation pages', {
  skip: existsSync(executablePath) ? false : `there is no ${executablePath}`,
}, () => {
  let browser: Browser
  let page: Page
  const faults: string[] = []

  before(async () => {
    browser = await chromium.launch({ executablePath, args: launchArguments.split(' ') })
    page = await browser.newPage()
    page.setDefaultTimeout(10_000)
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url) && !/^(data|blob):/.test(request.url())) faults.push(request.url())
    })
  })

  after(() => browser?.close())

  it('let one authorize and ask for the tasks in /docs', async () => {
    const { email, password, api } = await newPerson(service)
    await api.created('/tasks', { title: 'Try the documentation' })
    await page.goto(`${service.url}/docs`)
    await page.locator('.btn.authorize').click()
    await page.locator('#oauth_username').fill(email)
    await page.locator('#oauth_password').fill(password)
    await page.locator('.modal-btn.authorize').click()
    await page.locator('.auth-btn-wrapper .btn-done').click()

    const listing = page.locator('#operations-tasks-listTasks')
    await listing.locator('.opblock-summary').click()
    await listing.locator('.execute').click()
    const answer = listing.locator('.live-responses-table .response').first()
    await answer.waitFor()
    assert.match((await answer.locator('.response-col_status').textContent()) ?? '', /^200/)
    assert.match((await answer.locator('.microlight').first().textContent()) ?? '', /Try the documentation/)
    assert.deepEqual(faults, [])
  })

  it('show the reference in /redoc', async () => {
    await page.goto(`${service.url}/redoc`)
    await page.locator('h1', { hasText: 'Todo API' }).first().waitFor()
    await page.locator('h2', { hasText: 'Give a task a tag' }).first().waitFor()
    assert.deepEqual(faults, [])
  })
})
