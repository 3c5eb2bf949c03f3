import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { sampleOptions, sampleRoutes } from '../../test/sample-routes.ts'
import { dependency } from '../http/dependency.ts'
import { router } from '../http/router.ts'
import { openapi } from './openapi.ts'

const assets = new Map(openapi(sampleOptions)(sampleRoutes).map((asset) => [asset.path, asset]))
const text = (path: string) => Buffer.from(assets.get(path)?.body() ?? '').toString()

describe('openapi', () => {
  it('adds the document and the two pages', () => {
    assert.equal(JSON.parse(text('/openapi.json')).info.title, 'Books')
    assert.match(text('/docs'), /<title>Books – API<\/title>/)
    assert.match(text('/redoc'), /<title>Books – API reference<\/title>/)
  })

  it('has every file that a page names, and names no other host', () => {
    for (const page of ['/docs', '/redoc']) {
      const links = [...text(page).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link ?? '')
      assert.equal(links.length > 2, true)
      for (const link of links) assert.ok(assets.has(link), `${page} names ${link}`)
    }
  })

  it('lets browsers keep the files, whose paths change with them, but not the pages', () => {
    for (const { path, headers } of assets.values()) {
      assert.match(headers?.['Cache-Control'] ?? '', path.includes('/assets/') ? /immutable/ : /no-cache/)
    }
  })

  it('forbids scripts from elsewhere and within the page', () => {
    for (const page of ['/docs', '/redoc']) {
      const policy = assets.get(page)?.headers?.['Content-Security-Policy'] ?? ''
      assert.match(policy, /default-src 'none'.*script-src 'self';/)
      assert.doesNotMatch(policy, /https?:|\*|unsafe-eval/)
      assert.doesNotMatch(text(page), /<script(?![^>]*src=)|<style|\son\w+=/)
    }
  })

  it('lets the page call the servers of the document', () => {
    const servers = [{ url: 'https://api.example.com/v1' }, { url: '/here' }]
    const made = openapi({ ...sampleOptions, servers })(sampleRoutes)
    const policy = made.find(({ path }) => path === '/docs')?.headers?.['Content-Security-Policy']
    assert.match(policy ?? '', /connect-src 'self' https:\/\/api\.example\.com$/)
  })

  it('goes where the options say', () => {
    const made = openapi({ ...sampleOptions, path: '/api.json', docs: '/try', redoc: '/read' })(sampleRoutes)
    const paths = made.map(({ path }) => path)
    assert.deepEqual(
      paths.filter((path) => !path.includes('/assets/')),
      ['/api.json', '/try', '/read'],
    )
    const start = made.find(({ path }) => /^\/try\/.*start\.js$/.test(path))
    assert.match(String(start?.body()), /"url": "\/api\.json"/)
  })

  it('writes a title as text', () => {
    const made = openapi({ ...sampleOptions, title: '<b>&"' })(sampleRoutes)
    assert.match(
      String(made.find(({ path }) => path === '/docs')?.body()),
      /<title>&#60;b&#62;&#38;&#34; – API<\/title>/,
    )
  })

  it('shows the fields of OAuth2 clients only where tokens come from elsewhere, and lets the page fetch them', () => {
    const definition = { type: 'oauth2', flows: { password: { tokenUrl: 'https://id.example.com/token', scopes: {} } } }
    const identity = dependency({}, () => null, { security: { name: 'identity', definition } })
    const guarded = router('/guarded', { uses: { identity } })
    guarded.get('/', {}, () => undefined)
    const made = openapi(sampleOptions)(guarded.routes)
    const policy = made.find(({ path }) => path === '/docs')?.headers?.['Content-Security-Policy']
    assert.match(policy ?? '', /connect-src 'self' https:\/\/id\.example\.com$/)
    const styles = [made, [...assets.values()]].map((some) => some.find(({ path }) => /^\/docs.*page\.css$/.test(path)))
    assert.deepEqual(
      styles.map((style) => /client_id_password/.test(String(style?.body()))),
      [false, true],
    )
  })
})

describe('the vendored files', () => {
  const vendored = (file: string) => readFileSync(new URL(`../../assets/${file}`, import.meta.url), 'utf8')

  it('are of the versions that their paths say', () => {
    assert.match(
      vendored('redoc/redoc.standalone.js.LICENSE.txt'),
      new RegExp(`Version: "${vendored('redoc/VERSION')}"`),
    )
    assert.match(vendored('swagger-ui/swagger-ui-bundle.js'), new RegExp(`"${vendored('swagger-ui/VERSION')}"`))
  })

  it('load no logo and no font from elsewhere', () => {
    assert.doesNotMatch(vendored('redoc/redoc.standalone.js'), /cdn\.redoc\.ly|fonts\.g/)
    assert.doesNotMatch(vendored('swagger-ui/swagger-ui.css'), /url\(\s*["']?https?:|@import/)
  })
})
