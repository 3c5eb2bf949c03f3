import { email, Model, now, randomUuid, text, timestamp, uuid } from 'tenon/model'

export class User extends Model('users', {
  id: uuid().primaryKey().default(randomUuid).readOnly(),
  email: email().unique().code('INVALID_EMAIL').example('ada@example.com'),
  name: text({ max: 200, trim: true }).code('INVALID_NAME').example('Ada Lovelace').nullable(),
  password_hash: text().private(),
  created_at: timestamp().default(now).readOnly(),
}) {}

/** What a client sends to register; of the password only its hash is kept. */
export const Registration = User.create
  .extend({ password: text({ min: 8 }).code('PASSWORD_TOO_SHORT').example('correct horse battery staple').schema })
  .meta({ id: 'Registration' })
