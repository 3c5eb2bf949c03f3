import assert from 'node:assert/strict'
import { it } from 'node:test'
import {
  type Answer,
  assertFailure,
  assertRecent,
  Client,
  cookieOf,
  type Failure,
  newEmail,
  newPerson,
  refreshTokenOf,
  type Token,
  type User,
} from './client.ts'
import { describeService } from './service.ts'
import { readToken, signToken } from './token.ts'

const password = 'correct horse battery'
const now = (): number => Math.floor(Date.now() / 1000)

describeService('registration', (service) => {
  const anyone = new Client(service)

  it('REG-001 registers a user, answers what is public of it and keeps a hash alone', async () => {
    const email = newEmail()
    const answer = await anyone.post<User>('/auth/register', { email, password, name: 'Ada' })
    assert.equal(answer.status, 201)
    const { id, created_at, ...rest } = answer.body
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assertRecent(created_at)
    assert.deepEqual(rest, { email, name: 'Ada' })
    const rows = await service.query('SELECT password_hash FROM users WHERE id = $1', [id])
    assert.match(String(rows[0]?.password_hash), /^\$argon2id\$/)
  })

  it('REG-002 takes a registration without a name', async () => {
    const answer = await anyone.post<User>('/auth/register', { email: newEmail(), password })
    assert.equal(answer.status, 201)
    assert.equal(answer.body.name, null)
  })

  it('REG-003 refuses an e-mail that is registered', async () => {
    const email = newEmail()
    await anyone.created('/auth/register', { email, password })
    assertFailure(await anyone.post('/auth/register', { email, password }), 400, 'EMAIL_ALREADY_EXISTS')
  })

  it('REG-004 compares e-mails without regard to case, whole', async () => {
    const email = newEmail()
    await anyone.created('/auth/register', { email, password })
    const shouted = await anyone.post('/auth/register', { email: email.toUpperCase(), password })
    assertFailure(shouted, 400, 'EMAIL_ALREADY_EXISTS')
    const last = email.startsWith('0') ? '1' : '0'
    await anyone.created('/auth/register', { email: `${last}${email.slice(1)}`, password })
  })

  it('REG-005 refuses a password of under 8 characters, takes one of 8', async () => {
    const short = await anyone.post('/auth/register', { email: newEmail(), password: '1234567' })
    assertFailure(short, 400, 'PASSWORD_TOO_SHORT')
    await anyone.created('/auth/register', { email: newEmail(), password: '12345678' })
  })

  it('REG-006 refuses what is not an e-mail', async () => {
    for (const email of ['', 'ada', 'ada@', '@example.com', 'ada example.com', 'ada@exam ple.com', 'a@b@example.com']) {
      assertFailure(await anyone.post('/auth/register', { email, password }), 400, 'INVALID_EMAIL')
    }
  })

  it('REG-007 answers 422 for a missing or wrongly typed value', async () => {
    const email = newEmail()
    const bodies = [
      {},
      { email },
      { password },
      { email: 5, password },
      { email, password: 12345678 },
      { email, password, name: 5 },
    ]
    for (const body of bodies) assertFailure(await anyone.post('/auth/register', body), 422, 'VALIDATION_ERROR')
  })

  it('REG-008 lets one of two simultaneous registrations of one e-mail through', async () => {
    const email = newEmail()
    const answers = await Promise.all(
      [email, email.toUpperCase()].map((one) => anyone.post<User>('/auth/register', { email: one, password })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400])
    for (const answer of answers) if (answer.status === 400) assertFailure(answer, 400, 'EMAIL_ALREADY_EXISTS')
  })
})

describeService('login', (service) => {
  const anyone = new Client(service)

  it('LOG-001 answers an access token', async () => {
    const { email } = await newPerson(service)
    const answer = await anyone.login(email, password)
    assert.equal(answer.status, 200)
    assert.equal(answer.body.token_type, 'bearer')
    const me = await new Client(service, answer.body.access_token).get<User>('/auth/me')
    assert.equal(me.body.email, email)
  })

  it('LOG-002 sets the refresh cookie with its exact attributes', async () => {
    const { email } = await newPerson(service)
    const [value, ...attributes] = cookieOf(await anyone.login(email, password)).split('; ')
    assert.match(value ?? '', /^refresh_token=[\w-]+\.[\w-]+\.[\w-]+$/)
    assert.deepEqual(attributes.filter((attribute) => !attribute.startsWith('Expires=')).sort(), [
      'HttpOnly',
      'Max-Age=604800',
      'Path=/api/v1/auth',
      'SameSite=Strict',
      'Secure',
    ])
  })

  it('LOG-003 refuses a wrong password', async () => {
    const { email } = await newPerson(service)
    const answer = await anyone.login(email, 'wrong horse battery')
    assertFailure(answer, 401, 'INVALID_CREDENTIALS')
    assert.deepEqual(answer.headers.getSetCookie(), [])
  })

  it('LOG-004 answers an unknown e-mail like a wrong password, in body and in time', async () => {
    const { email } = await newPerson(service)
    const times: Record<'wrong' | 'unknown', number[]> = { wrong: [], unknown: [] }
    const ask = async (kind: keyof typeof times, name: string): Promise<Answer<Failure>> => {
      const start = performance.now()
      const answer = await anyone.login<Failure>(name, 'wrong horse battery')
      times[kind].push(performance.now() - start)
      return answer
    }
    for (let round = 0; round < 11; round++) {
      const wrong = await ask('wrong', email)
      const unknown = await ask('unknown', newEmail())
      assertFailure(unknown, 401, 'INVALID_CREDENTIALS')
      assert.deepEqual(unknown.body, wrong.body)
    }
    // The shortest: what else the machine does can only add to it.
    const [unknown, wrong] = [Math.min(...times.unknown), Math.min(...times.wrong)]
    // Without the hash an unknown e-mail takes about a fifth.
    assert.ok(unknown > 0.6 * wrong, `${unknown} ms against ${wrong} ms`)
  })

  it('LOG-005 takes the e-mail without regard to case', async () => {
    const { email } = await newPerson(service)
    assert.equal((await anyone.login(email.toUpperCase(), password)).status, 200)
  })

  it('LOG-006 answers 422 for a missing field and 415 for anything but a form', async () => {
    const login = (body: URLSearchParams): Promise<Answer<unknown>> =>
      anyone.send('POST', '/api/v1/auth/login', { body })
    assertFailure(await login(new URLSearchParams({ username: newEmail() })), 422, 'VALIDATION_ERROR')
    assertFailure(await login(new URLSearchParams({ password })), 422, 'VALIDATION_ERROR')
    const json = await anyone.post('/auth/login', { username: newEmail(), password })
    assertFailure(json, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })
})

describeService('tokens', (service) => {
  it('TOK-001 issues an access token of 900 seconds with the claims that others verify', async () => {
    const { id, email, token } = await newPerson(service)
    const { header, claims, isGenuine } = readToken(token, service.secret)
    assert.ok(isGenuine, 'signed with the UTF-8 bytes of the setting')
    assert.equal(header.alg, 'HS256')
    assert.deepEqual({ sub: claims.sub, email: claims.email, type: claims.type }, { sub: id, email, type: 'access' })
    assert.equal(Number(claims.exp) - Number(claims.iat), 900)
    assert.ok(Math.abs(Number(claims.iat) - now()) < 60)
  })

  it('TOK-002 answers who the bearer is', async () => {
    const { api, id, email, name, created_at } = await newPerson(service)
    const answer = await api.get<User>('/auth/me')
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { id, email, name, created_at })
  })

  it('TOK-003 refuses a request without a token', async () => {
    assertFailure(await new Client(service).get('/auth/me'), 401, 'MISSING_TOKEN')
  })

  it('TOK-004 refuses an expired token', async () => {
    const { token } = await newPerson(service)
    const { claims } = readToken(token, service.secret)
    const expired = signToken({ ...claims, iat: now() - 1000, exp: now() - 100 }, service.secret)
    assertFailure(await new Client(service, expired).get('/auth/me'), 401, 'TOKEN_EXPIRED')
  })

  it('TOK-005 refuses a token with another key, another algorithm or without exp', async () => {
    const { token } = await newPerson(service)
    const { claims } = readToken(token, service.secret)
    const { exp: _, ...endless } = claims
    const forged = [
      signToken(claims, `${service.secret}0`),
      signToken(claims, service.secret, { alg: 'HS512' }),
      signToken(claims, service.secret, { alg: 'none' }),
      signToken(endless, service.secret),
      'garbage',
    ]
    for (const one of forged) assertFailure(await new Client(service, one).get('/auth/me'), 401, 'INVALID_TOKEN')
  })

  it('TOK-006 refuses a refresh token as an access token', async () => {
    const { cookie } = await newPerson(service)
    assertFailure(await new Client(service, cookie).get('/auth/me'), 401, 'INVALID_TOKEN_TYPE')
  })
})

describeService('refresh and logout', (service) => {
  const anyone = new Client(service)

  it('REF-001 answers a new access token', async () => {
    const { cookie, id } = await newPerson(service)
    const answer = await anyone.refresh<Token>(cookie)
    assert.equal(answer.status, 200)
    assert.equal(answer.body.token_type, 'bearer')
    const me = await new Client(service, answer.body.access_token).get<User>('/auth/me')
    assert.equal(me.body.id, id)
  })

  it('REF-002 rotates the cookie, a JWT of 604,800 seconds', async () => {
    const { cookie } = await newPerson(service)
    const answer = await anyone.refresh(cookie)
    const next = refreshTokenOf(answer)
    assert.notEqual(next, cookie)
    assert.match(cookieOf(answer), /HttpOnly; .*|.*; HttpOnly/)
    const { claims, isGenuine } = readToken(next, service.secret)
    assert.ok(isGenuine)
    assert.equal(claims.type, 'refresh')
    assert.equal(Number(claims.exp) - Number(claims.iat), 604_800)
    assert.equal((await anyone.refresh(next)).status, 200)
  })

  it('REF-003 refuses a refresh without a cookie', async () => {
    assertFailure(await anyone.post('/auth/refresh'), 401, 'MISSING_REFRESH_TOKEN')
  })

  it('REF-004 refuses an expired, forged or wrong token', async () => {
    const { cookie, token } = await newPerson(service)
    const { claims } = readToken(cookie, service.secret)
    const expired = signToken({ ...claims, iat: now() - 604_900, exp: now() - 100 }, service.secret)
    assertFailure(await anyone.refresh(expired), 401, 'REFRESH_TOKEN_EXPIRED')
    for (const wrong of ['garbage', token, signToken(claims, `${service.secret}0`)]) {
      assertFailure(await anyone.refresh(wrong), 401, 'INVALID_TOKEN')
    }
  })

  it('REF-005 ends the whole family when an older token comes back', async () => {
    const { cookie: first } = await newPerson(service)
    const second = refreshTokenOf(await anyone.refresh(first))
    const third = refreshTokenOf(await anyone.refresh(second))
    assertFailure(await anyone.refresh(first), 401, 'INVALID_TOKEN')
    assertFailure(await anyone.refresh(third), 401, 'INVALID_TOKEN')
    assertFailure(await anyone.refresh(second), 401, 'INVALID_TOKEN')
  })

  const logout = (cookie?: string): Promise<Answer<{ message: string }>> =>
    anyone.send(
      'POST',
      '/api/v1/auth/logout',
      cookie === undefined ? {} : { headers: { cookie: `refresh_token=${cookie}` } },
    )

  it('OUT-001 clears the cookie', async () => {
    const { cookie } = await newPerson(service)
    const answer = await logout(cookie)
    assert.equal(answer.status, 200)
    assert.equal(typeof answer.body.message, 'string')
    const cleared = cookieOf(answer)
    assert.match(cleared, /^refresh_token=;/)
    assert.match(cleared, /; Max-Age=0(;|$)/)
    assert.match(cleared, /; Path=\/api\/v1\/auth(;|$)/)
  })

  it('OUT-002 ends the whole family, and no other one of the user', async () => {
    const { cookie, email } = await newPerson(service)
    const other = refreshTokenOf(await anyone.login(email, password))
    const next = refreshTokenOf(await anyone.refresh(cookie))
    await logout(next)
    assertFailure(await anyone.refresh(next), 401, 'INVALID_TOKEN')
    assertFailure(await anyone.refresh(cookie), 401, 'INVALID_TOKEN')
    assert.equal((await anyone.refresh(other)).status, 200)
  })

  it('OUT-003 may be repeated and needs no cookie', async () => {
    const { cookie } = await newPerson(service)
    for (const one of [cookie, cookie, undefined, 'garbage']) {
      const answer = await logout(one)
      assert.equal(answer.status, 200)
      assert.match(cookieOf(answer), /; Max-Age=0(;|$)/)
    }
  })
})
