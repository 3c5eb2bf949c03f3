import { now, timestamp } from 'tenon/model'

/** Fields that several models have: spread them. */
export const stamps = {
  created_at: timestamp().default(now).readOnly(),
  updated_at: timestamp().default(now).onUpdate(now).readOnly(),
}
