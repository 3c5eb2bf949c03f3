import { hash, verify } from '@node-rs/argon2'

// OWASP's first choice for Argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

/** Of no password; made with the same cost, so that it takes the same time. */
const decoy = '$argon2id$v=19$m=19456,t=2,p=1$u7anVAxVDzja1wGxVrZgAw$D+kWlOfLNrGP6yvAt24Svw1XFABeBI5Pctxbi9ce1DE'

/** Hashes a password with Argon2id on a thread of its own; the text carries salt and cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}

/** Compares a password with a hash; without a hash (no such user) it does the same work and answers false. */
export async function verifyPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const matches = await verify(passwordHash ?? decoy, password)
  return matches && passwordHash !== null
}
