import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Asset } from '../http/asset.ts'

/** A documentation page: an HTML file that holds no script and no style, and the files that it loads from this server. */
export interface PageOptions {
  /** The page's path, such as `/docs`; its files are below it. */
  readonly path: string
  readonly title: string
  /** The folder of `assets/` with the page's library. */
  readonly library: string
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
  /** The library's start, as an async function's body would be: a file of its own, so that the policy can forbid inline scripts. */
  readonly start: string
  readonly style: string
  readonly policy: Readonly<Record<string, string>>
}

const immutable = { 'Cache-Control': 'public, max-age=31536000, immutable' }
const revalidated = { 'Cache-Control': 'no-cache' }

/** The page and its files as assets. */
export function toPage(options: PageOptions): Asset[] {
  const base = `${options.path.replace(/\/$/, '')}/assets`
  const libraryFile = (file: string) => libraryAsset(base, options.library, file)
  const scripts = [...options.scripts.map(libraryFile), ownAsset(base, 'start.js', options.start)]
  const styles = [...options.styles.map(libraryFile), ownAsset(base, 'page.css', options.style)]
  const icon = ownAsset(base, 'icon.svg', iconSvg)
  const page: Asset = {
    path: options.path,
    contentType: 'text/html; charset=utf-8',
    headers: { ...revalidated, 'Content-Security-Policy': toPolicy(options.policy) },
    body: () => html(options.title, scripts, styles, icon),
  }
  return [page, icon, ...scripts, ...styles]
}

const contentTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** A file of the page's library, under a path with the library's version. */
function libraryAsset(base: string, library: string, file: string): Asset {
  const folder = new URL(`../../assets/${library}/`, import.meta.url)
  const version = readFileSync(new URL('VERSION', folder), 'utf8')
  return toAsset(`${base}/${version}/${file}`, () => readFileSync(new URL(file, folder)))
}

/** A file of the stack's own, under a path with the hash of its content. */
function ownAsset(base: string, file: string, content: string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  return toAsset(`${base}/${hash}/${file}`, () => content)
}

function toAsset(path: string, body: Asset['body']): Asset {
  const extension = path.slice(path.lastIndexOf('.') + 1)
  return { path, contentType: contentTypes[extension] ?? 'application/octet-stream', headers: immutable, body }
}

/** Nothing but what a page names; everything from this server. */
function toPolicy(directives: PageOptions['policy']): string {
  const all = {
    'default-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    ...directives,
  }
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')
}

function html(title: string, scripts: readonly Asset[], styles: readonly Asset[], icon: Asset): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" type="image/svg+xml" href="${escapeHtml(icon.path)}">
${styles.map(({ path }) => `<link rel="stylesheet" href="${escapeHtml(path)}">`).join('\n')}
${scripts.map(({ path }) => `<script src="${escapeHtml(path)}" defer></script>`).join('\n')}
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A tenon in its mortise. */
const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="6" fill="#1f2937"/>
<path d="M5 9h10v4h12v6H15v4H5z" fill="#fbbf24"/>
</svg>
`
