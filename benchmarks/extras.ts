/** What is measured beside the cases of requests, by the name that `--cases` takes. */
export const extras = ['todo', 'login', 'startup', 'driver', 'statements', 'types'] as const

export type Extra = (typeof extras)[number]
