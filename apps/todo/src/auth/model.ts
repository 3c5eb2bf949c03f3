import { integer, Model, text, timestamp, uuid } from 'tenon/model'
import { User } from '../users/model.ts'

/** The refresh tokens that descend from one login: each use makes the next generation, and only hashes are kept. */
export class RefreshFamily extends Model(
  'refresh_families',
  {
    id: uuid().primaryKey(),
    user_id: uuid().references(() => User, { onDelete: 'cascade' }),
    generation: integer(),
    token_hash: text(),
    previous_hash: text().nullable(),
    rotated_at: timestamp(),
    expires_at: timestamp(),
  },
  {
    indexes: [['user_id']],
  },
) {}
