import { assert, type Clock } from '@app/kernel';
import { isDuplicateKey, toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Kysely } from 'kysely';
import { userError } from '../../errors.ts';
import type { UserRepository } from '../../repository.ts';
import { addFacts } from './add-facts.ts';
import type { PersonalData } from './personal-data.ts';
import type { Tables } from './tables.ts';
import { toUser, toUserUpdate, userColumns } from './user-rows.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
  readonly personalData: PersonalData;
  readonly clock: Clock;
}

/** One person by primary key. */
export const selectUser = (db: Kysely<Tables>, userId: string) =>
  db.selectFrom('user').select(userColumns).where('user.id', '=', userId);

/** The row lock makes every change of a person wait for the one before it. */
export const lockUser = (db: Kysely<Tables>, userId: string) => selectUser(db, userId).forUpdate();

export const createMysqlUserRepository = ({
  db,
  outbox,
  personalData,
  clock,
}: Deps): UserRepository => ({
  find: async (userId) => {
    const row = await selectUser(db.write, userId).executeTakeFirst();
    return row === undefined ? undefined : toUser(row, personalData);
  },

  update: async (userId, change) => {
    try {
      return await db.transaction(async (tx) => {
        const row = await lockUser(tx, userId).executeTakeFirst();
        if (row === undefined) throw userError('USER_NOT_FOUND', { data: { userId } });
        const current = toUser(row, personalData);
        const { next, facts } = change(current);
        if (next === current) return current;
        const { numUpdatedRows } = await tx
          .updateTable('user')
          .set({
            ...toUserUpdate(current, next, personalData),
            updated_at: toSqlTime(clock.nowMs()),
          })
          .where('id', '=', userId)
          .where('status', '=', current.status)
          .executeTakeFirst();
        assert(numUpdatedRows === 1n, 'a locked row is still in the state it was read in');
        await addFacts(outbox, tx, facts);
        return next;
      });
    } catch (error) {
      if (!isDuplicateKey(error, 'uk_user_phone_index')) throw error;
      throw userError('PHONE_BOUND_TO_OTHER_ACCOUNT', { data: { userId }, cause: error });
    }
  },
});
