import { isComment } from '../parse-sql.ts'
import type { Rule } from './rule.ts'

// NAMEDATALEN - 1
const longest = 63

export const nameRules: readonly Rule[] = [
  {
    name: 'identifier-too-long',
    severity: 'error',
    why: `PostgreSQL cuts names off after ${longest} bytes, so two of them may become one.`,
    check: ({ tokens }) =>
      tokens.flatMap((token) => {
        const name = token.text.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"')
        if (isComment(token) || token.tokenName !== 'IDENT' || Buffer.byteLength(name) <= longest) return []
        return [{ what: `${name} is cut off after ${longest} bytes.`, cure: 'Shorten it.', at: token.start }]
      }),
  },
]
