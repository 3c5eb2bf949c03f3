export { hashPassword, verifyPassword } from './password.ts'
export { parseRate, type Rate, RateLimitExceeded, rateLimit } from './rate-limit.ts'
export { cookieToken, passwordBearer } from './schemes.ts'
export { type TokenOptions, TokenSigner, type TokenVerdict } from './token.ts'
