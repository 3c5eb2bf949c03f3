// What the handlers are given, once the schemas have let it through.
interface Id {
  Params: { id: number }
}
interface PageQuery {
  page: number
  limit: number
}
export interface Page extends Id {
  Querystring: PageQuery
}
export interface Search extends Id {
  Querystring: PageQuery & { q: string; completed: boolean; priority: 'low' | 'medium' | 'high' }
}
export interface Limited extends Id {
  Querystring: { limit: number }
}
export interface Behind {
  Querystring: { after: number; limit: number }
}
export interface NewTask {
  title: string
  description?: string | null
  completed?: boolean
  priority?: 'low' | 'medium' | 'high'
  due_date?: string | null
}
export interface Insert extends Id {
  Body: NewTask
}
export interface Update extends Id {
  Body: Partial<NewTask>
}
export type One = Id

/** The characters that mean something in a pattern of LIKE mean themselves. */
export function toPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

export function toPage<T>(items: T[], total: number, { page, limit }: PageQuery) {
  return { items, total, page, limit, pages: Math.ceil(total / limit) }
}
