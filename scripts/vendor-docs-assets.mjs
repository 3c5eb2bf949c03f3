// Copies the documentation pages' scripts and styles from their npm packages into packages/tenon/assets.
// Run by hand when a version changes; why they are not dependencies: decisions/020.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const assets = fileURLToPath(new URL('../packages/tenon/assets/', import.meta.url))

const packages = [
  {
    name: 'swagger-ui-dist',
    version: '5.35.0',
    integrity: 'sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==',
    folder: 'swagger-ui',
    files: ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'],
    edits: [],
  },
  {
    name: 'redoc',
    version: '2.5.4',
    integrity: 'sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==',
    folder: 'redoc',
    files: ['bundles/redoc.standalone.js', 'LICENSE', 'bundles/redoc.standalone.js.LICENSE.txt'],
    // The one thing that the bundle loads from elsewhere: the logo beside "API docs by Redocly".
    edits: [
      {
        file: 'bundles/redoc.standalone.js',
        from: 'https://cdn.redoc.ly/redoc/logo-mini.svg',
        to: 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E',
      },
    ],
  },
]

function download({ name, version, integrity }, folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const command = ['pack', `${name}@${version}`, '--ignore-scripts', '--silent', '--pack-destination', folder]
  const file = execFileSync(npm, command, { encoding: 'utf8', shell: process.platform === 'win32' }).trim()
  const archive = join(folder, file)
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
  if (found !== integrity) {
    throw new Error(`Cannot vendor ${name}@${version}: its integrity is ${found}, pinned is ${integrity}.`)
  }
  return archive
}

function edited(content, edits, what) {
  return edits.reduce((text, { from, to }) => {
    const parts = text.split(from)
    if (parts.length !== 2) {
      throw new Error(`Cannot edit ${what}: it holds ${JSON.stringify(from)} ${parts.length - 1} times, not once.`)
    }
    return parts.join(to)
  }, content)
}

function vendor(source, temporary) {
  const archive = download(source, temporary)
  execFileSync('tar', ['-xzf', archive, '-C', temporary, ...source.files.map((file) => `package/${file}`)])
  const folder = join(assets, source.folder)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const file of source.files) {
    const edits = source.edits.filter((edit) => edit.file === file)
    const content = readFileSync(join(temporary, 'package', file), 'utf8')
    writeFileSync(join(folder, file.replace(/^.*\//, '')), edited(content, edits, `${source.name}/${file}`))
  }
  // Part of the path under which the server gives them out, so that browsers may keep them.
  writeFileSync(join(folder, 'VERSION'), source.version)
  console.log(`${source.name}@${source.version} → packages/tenon/assets/${source.folder}`)
}

for (const source of packages) {
  const temporary = mkdtempSync(join(tmpdir(), 'tenon-vendor-'))
  try {
    vendor(source, temporary)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}
