/** What is measured beside the cases of requests, by the name that `--cases` takes. */
export const extras = ['driver', 'statements', 'types', 'todo', 'login'] as const
