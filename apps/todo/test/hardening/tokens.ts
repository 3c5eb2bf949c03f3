import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Answer,
  assertFailure,
  Client,
  cookieOf,
  newPerson,
  refreshTokenOf,
  type Task,
  type Token,
} from '../client.ts'
import type { Service } from '../service.ts'
import { type Claims, readToken, signToken } from '../token.ts'

const now = (): number => Math.floor(Date.now() / 1000)

export function defineTokenCases(service: Service): void {
  const anyone = new Client(service)
  const me = (token: string): Promise<Answer<unknown>> => new Client(service, token).get('/auth/me')

  const logout = (cookie: string): Promise<Answer<unknown>> =>
    anyone.send('POST', '/api/v1/auth/logout', { headers: { cookie: `refresh_token=${cookie}` } })

  it('takes a token that it has just verified and refuses its forgeries', async () => {
    const { token } = await newPerson(service)
    const { claims } = readToken(token, service.secret)
    assert.equal((await me(token)).status, 200)
    const { exp: _exp, ...endless } = claims
    const { sub: _sub, ...nobody } = claims
    const secret = service.secret
    const [header = '', payload = '', signature = ''] = token.split('.')
    const forged = [
      signToken(claims, secret, { alg: 'none' }),
      signToken(claims, secret, { alg: 'None' }),
      `${signToken(claims, secret, { alg: 'none' })}${signature}`,
      signToken(claims, secret, { alg: 'HS384' }),
      signToken(claims, secret, { alg: 'HS512' }),
      signToken(claims, secret, { alg: 'RS256' }),
      signToken(claims, secret, {}),
      signToken(claims, secret, { alg: 'HS256', crit: ['x'], x: 1 }),
      signToken(claims, ''),
      signToken(claims, secret.toUpperCase() === secret ? `${secret}0` : secret.toUpperCase()),
      signToken(claims, Buffer.from(secret, 'hex').toString('latin1')),
      signToken(endless, secret),
      signToken({ ...claims, exp: String(now() + 900) }, secret),
      signToken({ ...claims, exp: null }, secret),
      signToken({ ...claims, nbf: now() + 600 }, secret),
      signToken(nobody, secret),
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      `${header}.${payload}.${signature}.${signature}`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: '00000000-0000-4000-8000-000000000000' })).toString('base64url')}.${signature}`,
    ]
    for (const [index, one] of forged.entries()) {
      const answer = await me(one)
      assert.equal(answer.status, 401, `forgery ${index}: ${answer.text}`)
      assertFailure(answer, 401, 'INVALID_TOKEN')
    }
  })

  it('refuses what is no token at all', async () => {
    for (const text of [
      '.',
      '..',
      'a.b.c',
      'null',
      'x'.repeat(4000),
      'e30.e30.e30',
      'W10.W10.',
      '%00',
      '"',
      "' OR 1=1 --",
    ]) {
      assertFailure(await me(text), 401, 'INVALID_TOKEN')
    }
  })

  it('refuses a genuine token that names no user', async () => {
    const { token, id, api } = await newPerson(service)
    const { claims } = readToken(token, service.secret)
    for (const sub of [
      1,
      true,
      null,
      {},
      [id],
      '',
      'ada',
      '00000000-0000-4000-8000-000000000000',
      `${id}'`,
      `${id}\0`,
    ]) {
      const forged = signToken({ ...claims, sub }, service.secret)
      assertFailure(await me(forged), 401, 'INVALID_TOKEN')
      const tasks = await new Client(service, forged).get<{ total: number }>('/tasks')
      assert.ok(tasks.status === 401 || tasks.body.total === 0, tasks.text)
      const made = await new Client(service, forged).post('/tasks', { title: 'T' })
      assert.equal(made.status, 401, `sub ${JSON.stringify(sub)}: ${made.text}`)
    }
    await service.query('DELETE FROM users WHERE id = $1', [id])
    assertFailure(await api.get('/auth/me'), 401, 'INVALID_TOKEN')
    assertFailure(await api.post('/tasks', { title: 'T' }), 401, 'INVALID_TOKEN')
  })

  it('refuses a token of another type', async () => {
    const { token } = await newPerson(service)
    const { claims } = readToken(token, service.secret)
    const { type: _, ...untyped } = claims
    for (const one of [
      { ...claims, type: 'refresh' },
      { ...claims, type: 'ACCESS' },
      { ...claims, type: 1 },
      untyped,
    ]) {
      const answer = await me(signToken(one, service.secret))
      assert.ok(['INVALID_TOKEN', 'INVALID_TOKEN_TYPE'].includes((answer.body as { code: string }).code), answer.text)
      assert.equal(answer.status, 401)
    }
  })

  it('reads the Authorization header as RFC 9110 says', async () => {
    const { token } = await newPerson(service)
    const ask = (authorization: string): Promise<Answer<{ code: string }>> =>
      anyone.send('GET', '/api/v1/auth/me', { headers: { authorization } })
    assert.equal((await ask(`bearer ${token}`)).status, 200)
    for (const wrong of ['Basic YTpi', 'Bearer', 'Bearer ', token, `Token ${token}`]) {
      const answer = await ask(wrong)
      assert.equal(answer.status, 401, wrong)
      assert.ok(['MISSING_TOKEN', 'INVALID_TOKEN'].includes(answer.body.code), answer.text)
    }
    const query = await anyone.send('GET', `/api/v1/auth/me?access_token=${token}&token=${token}`)
    assertFailure(query, 401, 'MISSING_TOKEN')
  })

  it('tells an expired token from a forged one, also after it was verified', async () => {
    const { token } = await newPerson(service)
    const { claims } = readToken(token, service.secret)
    const short = signToken({ ...claims, iat: now() - 890, exp: now() + 5 }, service.secret)
    assert.equal((await me(short)).status, 200)
    await delay(6100)
    assertFailure(await me(short), 401, 'TOKEN_EXPIRED')
    assertFailure(await me(signToken({ ...claims, exp: 1 }, `${service.secret}0`)), 401, 'INVALID_TOKEN')
  })

  it('refuses refresh tokens that it did not issue', async () => {
    const { cookie, token } = await newPerson(service)
    const { claims } = readToken(cookie, service.secret)
    const { exp: _, ...endless } = claims
    const changed = Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [
        name,
        ['jti', 'family', 'fam', 'sid'].includes(name) ? 'x' : value,
      ]),
    )
    const forged: readonly Claims[] = [
      endless,
      { ...claims, type: 'access' },
      { sub: claims.sub, type: 'refresh', exp: now() + 900 },
    ]
    for (const one of [...forged, ...(JSON.stringify(changed) === JSON.stringify(claims) ? [] : [changed])]) {
      assertFailure(await anyone.refresh(signToken(one, service.secret)), 401, 'INVALID_TOKEN')
    }
    for (const one of [token, 'x', 'a.b.c', `${cookie}x`, '%00', signToken(claims, service.secret, { alg: 'none' })]) {
      assertFailure(await anyone.refresh(one), 401, 'INVALID_TOKEN')
    }
    assertFailure(await anyone.refresh(''), 401, 'MISSING_REFRESH_TOKEN')
    assert.equal((await anyone.refresh(cookie)).status, 200, 'a forgery does not end the family')
  })

  it('takes the refresh token from the cookie alone, whatever else is sent', async () => {
    const { cookie } = await newPerson(service)
    const path = '/api/v1/auth/refresh'
    const body = await anyone.post('/auth/refresh', { refresh_token: cookie })
    assertFailure(body, 401, 'MISSING_REFRESH_TOKEN')
    assertFailure(await anyone.send('POST', `${path}?refresh_token=${cookie}`), 401, 'MISSING_REFRESH_TOKEN')
    const among = { cookie: `a=b; refresh_token=${cookie}; __proto__=x; c="d"; =; e` }
    assert.equal((await anyone.send('POST', path, { headers: among })).status, 200)
  })

  it('lets the token before the current one be repeated within 10 seconds, and gives one that works', async () => {
    const { cookie } = await newPerson(service)
    await anyone.refresh(cookie)
    const repeated = await anyone.refresh<Token>(cookie)
    assert.equal(repeated.status, 200, repeated.text)
    assert.equal((await me(repeated.body.access_token)).status, 200)
    assert.match(cookieOf(repeated), /; Max-Age=604800(;|$)/)
    assert.equal((await anyone.refresh(refreshTokenOf(repeated))).status, 200)
  })

  it('ends the family when the token before the current one is repeated later', async () => {
    const { cookie, email, password } = await newPerson(service)
    // At the begin of a second, so that a service that counts whole seconds shows its rounding every time.
    await delay(1000 - (Date.now() % 1000))
    const next = refreshTokenOf(await anyone.refresh(cookie))
    const other = refreshTokenOf(await anyone.login(email, password))
    await delay(10_400)
    assertFailure(await anyone.refresh(cookie), 401, 'INVALID_TOKEN')
    assertFailure(await anyone.refresh(next), 401, 'INVALID_TOKEN')
    assert.equal((await anyone.refresh(other)).status, 200, 'another login is another family')
  })

  it('ends the family by a logout with the token before the current one too', async () => {
    const { cookie } = await newPerson(service)
    const next = refreshTokenOf(await anyone.refresh(cookie))
    assert.equal((await logout(cookie)).status, 200)
    assertFailure(await anyone.refresh(next), 401, 'INVALID_TOKEN')
  })

  it('sends the refresh cookie with its exact attributes at every turn', async () => {
    const { cookie } = await newPerson(service)
    const wanted = ['HttpOnly', 'Path=/api/v1/auth', 'SameSite=Strict', 'Secure']
    const attributesOf = (answer: Answer<unknown>): string[] =>
      cookieOf(answer)
        .split('; ')
        .slice(1)
        .filter((attribute) => !attribute.startsWith('Expires='))
        .sort()
    const refreshed = await anyone.refresh(cookie)
    assert.deepEqual(attributesOf(refreshed), [...wanted, 'Max-Age=604800'].sort())
    assert.deepEqual(attributesOf(await logout(refreshTokenOf(refreshed))), [...wanted, 'Max-Age=0'].sort())
  })

  it('keeps no refresh token and no password as it stands', async () => {
    const { cookie, password } = await newPerson(service)
    const next = refreshTokenOf(await anyone.refresh(cookie))
    const tables = await service.query(
      `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    )
    assert.ok(tables.length >= 5)
    for (const { name } of tables) {
      for (const secret of [cookie, next, cookie.split('.')[2] ?? '', password]) {
        const found = await service.query(`SELECT 1 FROM ${name} AS t WHERE position($1 in t::text) > 0`, [secret])
        assert.deepEqual(found, [], `${name} holds a secret`)
      }
    }
  })

  it('needs no token to tell 404 from 405, and tells nothing of ids without one', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    const [there, missing, odd] = await Promise.all(
      ['', '2000000000', 'abc'].map((one) => anyone.get(`/tasks/${one || id}`)),
    )
    for (const answer of [there, missing]) assertFailure(answer as Answer<unknown>, 401, 'MISSING_TOKEN')
    assert.ok(odd?.status === 401 || odd?.status === 422)
  })
}
