import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { AnswerReader } from './answer-reader.ts'
import { closedLoop } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'
import { percentile } from './outcome.ts'

const request = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')

async function listen(listener: RequestListener) {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: close }
}

/** Answers at once, but for one stretch of time, counted from the first request, in which it answers nobody. */
function stallingOnce(after: number, length: number): RequestListener {
  let started: number | undefined
  return (_, response) => {
    started ??= performance.now()
    const age = performance.now() - started
    const wait = age > after && age < after + length ? after + length - age : 0
    setTimeout(() => response.end('{}'), wait)
  }
}

describe('openLoop', () => {
  it('shows a stall in the latency of every request that was due meanwhile', async () => {
    using server = await listen(stallingOnce(300, 600))
    const load = { port: server.port, requests: [request], expected: 200, connections: 4, seconds: 2 }
    const { answered, errors, latencies } = await openLoop({ ...load, rate: 100 })
    assert.deepEqual([answered, errors, latencies.length], [200, 0, 200])
    // 60 of 200 were due in the stall; of these half waited 300 ms or more, and the first nearly all of it.
    assert.ok(percentile(latencies, 0.99) > 450, `p99 ${percentile(latencies, 0.99)}`)
    assert.ok(latencies.filter((one) => one > 250).length >= 25)
  })

  it('counts who has no answer at the end, with the time waited', async () => {
    using server = await listen(() => {})
    const load = { port: server.port, requests: [request], expected: 200, connections: 2, seconds: 0.5 }
    const { answered, errors, latencies } = await openLoop({ ...load, rate: 20, patience: 0.5 })
    assert.deepEqual([answered, errors, latencies.length], [0, 10, 10])
    assert.ok(percentile(latencies, 0) >= 450)
  })

  it('counts other statuses and broken connections as errors', async () => {
    let count = 0
    using server = await listen((_, response) => {
      count++
      if (count % 4 === 0) response.destroy()
      else response.writeHead(count % 4 === 1 ? 500 : 200).end('{}')
    })
    const load = { port: server.port, requests: [request], expected: 200, connections: 1, seconds: 1 }
    const { answered, errors } = await openLoop({ ...load, rate: 40 })
    assert.deepEqual([answered, errors], [20, 20])
  })
})

describe('closedLoop', () => {
  it('hides the stall, which is why no latency is taken from it', async () => {
    using server = await listen(stallingOnce(200, 400))
    const load = { port: server.port, requests: [request], expected: 200, connections: 2, seconds: 1 }
    const { answered, errors, latencies } = await closedLoop(load)
    assert.ok(answered > 10 && errors === 0)
    assert.ok(latencies.filter((one) => one > 200).length <= 2)
  })

  it('ends where the server is silent', async () => {
    using server = await listen(() => {})
    const load = { port: server.port, requests: [request], expected: 200, connections: 2, seconds: 0.1, patience: 0.2 }
    const { answered, errors } = await closedLoop(load)
    assert.deepEqual([answered, errors], [0, 2])
  })
})

describe('AnswerReader', () => {
  const whole = (text: string) => new AnswerReader().read(Buffer.from(text))
  const head = 'HTTP/1.1 201 Created\r\n'

  it('finds the end by length, by chunks, and where there is no body', () => {
    assert.equal(whole(`${head}content-length: 2\r\n\r\n{}`), 201)
    assert.equal(whole(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`), 201)
    assert.equal(whole('HTTP/1.1 204 No Content\r\n\r\n'), 204)
    assert.equal(whole(`${head}Content-Length: 3\r\n\r\n{}`), null)
    assert.equal(whole(`${head}Transfer-Encoding: chunked\r\n\r\n10\r\n{}`), null)
  })

  it('does not mind where the pieces are cut, and reads the next answer', () => {
    for (const body of [
      'Content-Length: 12\r\n\r\n{"a":"0000"}',
      'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    ]) {
      const reader = new AnswerReader()
      for (const _ of ['first', 'second']) {
        const read = [...Buffer.from(head + body)].map((byte) => reader.read(Buffer.from([byte])))
        assert.deepEqual(read.filter(Boolean), [201])
        assert.equal(read.at(-1), 201)
      }
    }
  })

  it('refuses an answer whose end it cannot know', () => {
    assert.throws(() => whole(`${head}\r\n{}`), /Cannot find the end/)
    assert.throws(() => whole(`${head}Content-Length: 1\r\n\r\n{}`), /longer than/)
  })
})
