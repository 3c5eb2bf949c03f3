import { identity, Model, text, uuid } from 'tenon/model'
import { User } from '../users/model.ts'

export class Tag extends Model(
  'tags',
  {
    id: identity(),
    name: text({ min: 1, max: 50, trim: true }).code('INVALID_TAG_NAME').example('home'),
    color: text({ pattern: /^#[0-9A-Fa-f]{6}$/ })
      .code('INVALID_COLOR')
      .example('#3366FF')
      .nullable(),
    user_id: uuid()
      .references(() => User, { onDelete: 'cascade' })
      .readOnly(),
  },
  {
    indexes: [{ name: 'idx_tags_user_id', fields: ['user_id'] }],
    uniques: [['user_id', 'name']],
  },
) {}
