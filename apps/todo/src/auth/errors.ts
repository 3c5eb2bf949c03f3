import { errorOf } from 'tenon/http'

const bearer = { 'WWW-Authenticate': 'Bearer' }

export class EmailAlreadyExists extends errorOf(
  400,
  'EMAIL_ALREADY_EXISTS',
  'An account with this e-mail exists already.',
) {}
export class InvalidCredentials extends errorOf(
  401,
  'INVALID_CREDENTIALS',
  'The e-mail or the password is wrong.',
  bearer,
) {}
export class MissingToken extends errorOf(401, 'MISSING_TOKEN', 'The request has no bearer token.', bearer) {}
export class TokenExpired extends errorOf(401, 'TOKEN_EXPIRED', 'The access token has expired.', bearer) {}
export class InvalidToken extends errorOf(401, 'INVALID_TOKEN', 'The token is not valid.', bearer) {}
export class InvalidTokenType extends errorOf(401, 'INVALID_TOKEN_TYPE', 'The token is not an access token.', bearer) {}
export class MissingRefreshToken extends errorOf(
  401,
  'MISSING_REFRESH_TOKEN',
  'The request has no refresh token.',
  bearer,
) {}
export class RefreshTokenExpired extends errorOf(
  401,
  'REFRESH_TOKEN_EXPIRED',
  'The refresh token has expired.',
  bearer,
) {}
