import type { Ids } from '@app/kernel';
import { isDuplicateKey, toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Insertable, Kysely } from 'kysely';
import { inInsertOrder, type IdentityKey } from '../../domain/identity.ts';
import type { IdentityRepository } from '../../repository.ts';
import { addFacts } from './add-facts.ts';
import type { PersonalData } from './personal-data.ts';
import type { IdentityTable, Tables } from './tables.ts';
import { toUser, toUserRow, userColumns } from './user-rows.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
  readonly personalData: PersonalData;
  readonly ids: Ids;
}

export const selectOwners = (db: Kysely<Tables>, keys: readonly IdentityKey[]) =>
  db
    .selectFrom('identity')
    .innerJoin('user', 'user.id', 'identity.user_id')
    .select(['identity.provider', 'identity.realm', 'identity.subject'])
    .select(userColumns)
    .where(({ eb, or, and }) =>
      or(
        keys.map((key) =>
          and([
            eb('identity.provider', '=', key.provider),
            eb('identity.realm', '=', key.realm),
            eb('identity.subject', '=', key.subject),
          ]),
        ),
      ),
    );

export const selectSubject = (
  db: Kysely<Tables>,
  userId: string,
  { provider, realm }: Pick<IdentityKey, 'provider' | 'realm'>,
) =>
  db
    .selectFrom('identity')
    .select('subject')
    .where('user_id', '=', userId)
    .where('provider', '=', provider)
    .where('realm', '=', realm)
    .orderBy('id', 'desc')
    .limit(1);

/** An identity that has an owner keeps it: the update touches nothing. */
export const linkIdentities = (db: Kysely<Tables>, rows: readonly Insertable<IdentityTable>[]) =>
  db
    .insertInto('identity')
    .values(rows)
    .onDuplicateKeyUpdate(({ ref }) => ({ user_id: ref('identity.user_id') }));

export const createMysqlIdentityRepository = ({
  db,
  outbox,
  personalData,
  ids,
}: Deps): IdentityRepository => {
  const toRows = (userId: string, keys: readonly IdentityKey[], nowMs: number) =>
    inInsertOrder(keys).map(({ provider, realm, subject }) => ({
      id: ids.next(),
      user_id: userId,
      provider,
      realm,
      subject,
      created_at: toSqlTime(nowMs),
    }));

  return {
    findOwners: async (keys) => {
      const rows = await selectOwners(db.write, keys).execute();
      return rows.map((row) => ({
        key: { provider: row.provider, realm: row.realm, subject: row.subject },
        user: toUser(row, personalData),
      }));
    },

    findSubject: async (userId, within) =>
      (await selectSubject(db.write, userId, within).executeTakeFirst())?.subject,

    register: async ({ next, facts }, keys) => {
      try {
        await db.transaction(async (tx) => {
          await tx.insertInto('user').values(toUserRow(next, personalData)).execute();
          await tx
            .insertInto('identity')
            .values(toRows(next.id, keys, next.createdAtMs))
            .execute();
          await addFacts(outbox, tx, facts);
        });
        return true;
      } catch (error) {
        // The winner has committed (the insert waited for it), so its person can be read now.
        if (isDuplicateKey(error, 'uk_identity_provider_realm_subject')) return false;
        throw error;
      }
    },

    link: async (userId, keys, nowMs) => {
      await linkIdentities(db.write, toRows(userId, keys, nowMs)).execute();
    },
  };
};
