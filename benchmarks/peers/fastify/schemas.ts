// JSON Schemas as Fastify's documentation teaches: inputs are checked by Ajv, answers are written by fast-json-stringify.
const nullableText = { type: ['string', 'null'] }

const task = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    title: { type: 'string' },
    description: nullableText,
    completed: { type: 'boolean' },
    priority: { type: 'string' },
    due_date: { type: ['string', 'null'], format: 'date-time' },
    user_id: { type: 'integer' },
    created_at: { type: 'string', format: 'date-time' },
  },
}

const tag = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } }
const tagged = { type: 'object', properties: { ...task.properties, tags: { type: 'array', items: tag } } }
const count = { type: 'integer' }
const page = {
  type: 'object',
  properties: { items: { type: 'array', items: task }, total: count, page: count, limit: count, pages: count },
}

const title = { type: 'string', minLength: 1, maxLength: 200 }
const priority = { type: 'string', enum: ['low', 'medium', 'high'] }
const writable = {
  title,
  description: { ...nullableText, maxLength: 1000 },
  completed: { type: 'boolean' },
  priority,
  due_date: { type: ['string', 'null'], format: 'date-time' },
}

const idParams = { type: 'object', properties: { id: { type: 'integer' } } }
const limit = { type: 'integer', minimum: 1, maximum: 1000, default: 20 }
const pageQuery = { page: { type: 'integer', minimum: 1, default: 1 }, limit: { ...limit, maximum: 100 } }

export const schemas = {
  one: { params: idParams, response: { 200: task } },
  thousand: {
    querystring: { type: 'object', properties: { after: { type: 'integer' }, limit }, required: ['after'] },
    response: { 200: { type: 'array', items: task } },
  },
  list: { params: idParams, querystring: { type: 'object', properties: pageQuery }, response: { 200: page } },
  tagged: {
    params: idParams,
    querystring: { type: 'object', properties: { limit } },
    response: { 200: { type: 'array', items: tagged } },
  },
  search: {
    params: idParams,
    querystring: {
      type: 'object',
      properties: { q: { type: 'string' }, completed: { type: 'boolean' }, priority, ...pageQuery },
      required: ['q', 'completed', 'priority'],
    },
    response: { 200: page },
  },
  insert: {
    params: idParams,
    body: { type: 'object', properties: writable, required: ['title'] },
    response: { 201: task },
  },
  update: { params: idParams, body: { type: 'object', properties: writable }, response: { 200: task } },
}
