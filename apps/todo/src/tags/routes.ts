import { created, errorOf, router } from 'tenon/http'
import { z } from 'zod'
import { InvalidToken } from '../auth/errors.ts'
import { currentUser } from '../auth/tokens.ts'
import { database } from '../database.ts'
import { Tag } from './model.ts'

export class TagNotFound extends errorOf(404, 'TAG_NOT_FOUND', 'There is no such tag.') {}
export class TagAlreadyExists extends errorOf(400, 'TAG_ALREADY_EXISTS', 'There is a tag of this name already.') {}

export const tags = router('/tags', { tags: ['tags'], uses: { user: currentUser, db: database } })

tags.get('/', { summary: 'List tags', returns: z.array(Tag.public) }, ({ db, user }) =>
  db.select(Tag).where({ user_id: user.id }).order({ id: 'asc' }),
)

tags.post(
  '/',
  { summary: 'Make a tag', body: Tag.create, returns: created(Tag.public), throws: [TagAlreadyExists, InvalidToken] },
  ({ db, user, body }) =>
    db.insert(Tag, { ...body, user_id: user.id }).onViolation({ unique: TagAlreadyExists, reference: InvalidToken }),
)

tags.put(
  '/{tag_id:int}',
  { summary: 'Change a tag', body: Tag.update, returns: Tag.public, throws: [TagNotFound, TagAlreadyExists] },
  ({ db, user, params, body }) =>
    db
      .update(Tag, body)
      .where({ id: params.tag_id, user_id: user.id })
      .onViolation({ unique: TagAlreadyExists })
      .one(TagNotFound),
)

tags.delete('/{tag_id:int}', { summary: 'Delete a tag', throws: [TagNotFound] }, ({ db, user, params }) =>
  db.delete(Tag).where({ id: params.tag_id, user_id: user.id }).orThrow(TagNotFound),
)
