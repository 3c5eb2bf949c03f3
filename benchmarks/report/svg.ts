/** Text in a picture, placed by its baseline. */
export interface Label {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly kind?: 'title' | 'strong' | 'small'
  readonly anchor?: 'start' | 'middle' | 'end'
}

/** Colours that stand out from white and from black; texts follow the reader's scheme. */
const style = `
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; font-size: 14px }
  .strong { font-weight: 600 }
  .small { font-size: 11px }
  .server { fill: #2f81f7 } .server-strong { fill: #8957e5 } .postgres { fill: #8b949e }
  .line { stroke: #8b949e; stroke-width: 1; fill: none; opacity: .5 }
  .curve-0 { stroke: #8957e5 } .curve-1 { stroke: #2f81f7 } .curve-2 { stroke: #db6d28 } .curve-3 { stroke: #2da44e }
  .curve { stroke-width: 2; fill: none }
  @media (prefers-color-scheme: dark) { text { fill: #adbac7 } }`

export function toSvg(width: number, height: number, title: string, parts: readonly string[]): string {
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-label="${toXml(title)}">`,
    `<title>${toXml(title)}</title>`,
    `<style>${style}\n</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

export function label({ x, y, text, kind, anchor = 'start' }: Label): string {
  const name = kind ? ` class="${kind}"` : ''
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${name}>${toXml(text)}</text>`
}

export function bar(x: number, y: number, width: number, height: number, kind: string): string {
  const size = `width="${round(width)}" height="${height}"`
  return `<rect class="${kind}" x="${round(x)}" y="${round(y)}" ${size} rx="2"/>`
}

export function curve(points: readonly (readonly [number, number])[], kind: string): string {
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')
  return `<polyline class="${kind}" points="${path}"/>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function toXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}
