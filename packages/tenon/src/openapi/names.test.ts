import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HttpMethod, Route } from '../http/route.ts'
import { toOperationId, toSummary } from './names.ts'

function route(method: HttpMethod, path: string, handler: Route['handler'] = () => null): Route {
  Object.defineProperty(handler, 'name', { value: handler.name === 'handler' ? '' : handler.name })
  return { method, path, options: {}, uses: {}, tags: [], handler }
}

const cases: readonly (readonly [HttpMethod, string, string, string])[] = [
  ['GET', '/api/v1/tasks', 'List tasks', 'listTasks'],
  ['POST', '/api/v1/tasks', 'Create a task', 'createTask'],
  ['GET', '/api/v1/tasks/{task_id:int}', 'Get a task', 'getTask'],
  ['PUT', '/api/v1/tasks/{task_id:int}', 'Replace a task', 'replaceTask'],
  ['PATCH', '/tasks/{task_id:int}', 'Update a task', 'updateTask'],
  ['DELETE', '/tasks/{task_id:int}', 'Delete a task', 'deleteTask'],
  ['POST', '/tasks/{task_id:int}/tags/{tag_id:int}', 'Add a tag to a task', 'addTagToTask'],
  ['DELETE', '/tasks/{task_id:int}/tags/{tag_id:int}', 'Remove a tag from a task', 'removeTagFromTask'],
  ['GET', '/users/{id}/order-items', 'List order items of a user', 'listOrderItemsOfUser'],
  ['POST', '/tasks/{task_id}/complete', 'Complete a task', 'completeTask'],
  ['POST', '/auth/login', 'Login', 'login'],
  ['GET', '/auth/me', 'Get me', 'getMe'],
  ['GET', '/health', 'Get health', 'getHealth'],
  ['GET', '/categories/{id}', 'Get a category', 'getCategory'],
  ['GET', '/status', 'Get status', 'getStatus'],
  ['GET', '/', 'Get root', 'getRoot'],
]

describe('toSummary', () => {
  for (const [method, path, summary] of cases) {
    it(`says "${summary}" for ${method} ${path}`, () => assert.equal(toSummary(route(method, path)), summary))
  }

  it('takes the name of a handler that has one', () => {
    assert.equal(toSummary(route('GET', '/x', function readEveryTask() {})), 'Read every task')
  })
})

describe('toOperationId', () => {
  for (const [method, path, , id] of cases) {
    it(`is ${id} for ${method} ${path}`, () => assert.equal(toOperationId(route(method, path), new Set()), id))
  }

  it('is longer where the short name is taken', () => {
    const tasks = route('GET', '/archive/tasks/{task_id:int}')
    assert.equal(toOperationId(tasks, new Set(['getTask'])), 'getArchiveTasksByTaskId')
    assert.equal(toOperationId(tasks, new Set(['getTask', 'getArchiveTasksByTaskId'])), 'getArchiveTasksByTaskId2')
  })
})
