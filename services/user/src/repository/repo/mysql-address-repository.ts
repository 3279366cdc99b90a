import type { Clock } from '@app/kernel';
import { fromSqlTime, toSqlTime, type Database } from '@app/mysql';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Address, AddressBook } from '../../domain/address-book.ts';
import { userError } from '../../errors.ts';
import type { AddressRepository } from '../../repository.ts';
import type { PersonalData } from './personal-data.ts';
import type { AddressTable, Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly personalData: PersonalData;
  readonly clock: Clock;
}

const addressColumns = [
  'id',
  'user_id',
  'province',
  'city',
  'district',
  'contact_sealed',
  'is_default',
  'created_at',
] as const;

export const selectAddresses = (db: Kysely<Tables>, userId: string) =>
  db.selectFrom('address').select(addressColumns).where('user_id', '=', userId);

/** One writer per person: the limit and the default are decided on the newest book. */
export const lockOwner = (db: Kysely<Tables>, userId: string) =>
  db.selectFrom('user').select('id').where('id', '=', userId).forUpdate();

export const createMysqlAddressRepository = ({
  db,
  personalData,
  clock,
}: Deps): AddressRepository => {
  const read = async (from: Kysely<Tables>, userId: string): Promise<AddressBook> => {
    const rows = await selectAddresses(from, userId).execute();
    return rows.map((row) => toAddress(row, personalData));
  };

  return {
    // From the primary: an address book is read right after it was changed, and seldom else.
    list: (userId) => read(db.write, userId),

    update: (userId, change, operation) =>
      db.transaction(async (tx) => {
        const owner = await lockOwner(tx, userId).executeTakeFirst();
        if (owner === undefined) throw userError('USER_NOT_FOUND', { data: { userId } });
        const current = await read(tx, userId);
        const { next, result } = change(current);
        await writeChanges(tx, userId, { current, next, personalData, nowMs: clock.nowMs() });
        await operation?.complete(tx, result);
        return result;
      }),
  };
};

type AddressRow = Pick<Selectable<AddressTable>, (typeof addressColumns)[number]>;

const toAddress = (row: AddressRow, personalData: PersonalData): Address => ({
  id: row.id,
  ...personalData.openContact(row.user_id, row.id, row.contact_sealed),
  province: row.province,
  city: row.city,
  district: row.district,
  isDefault: row.is_default === 1,
  createdAtMs: fromSqlTime(row.created_at),
});

interface BookChange {
  readonly current: AddressBook;
  readonly next: AddressBook;
  readonly personalData: PersonalData;
  readonly nowMs: number;
}

/**
 * Writes what differs. Whoever stops being the default goes first: the unique key allows no
 * moment with two.
 */
const writeChanges = async (
  tx: Transaction<Tables>,
  userId: string,
  { current, next, personalData, nowMs }: BookChange,
): Promise<void> => {
  const before = new Map(current.map((address) => [address.id, address]));
  const kept = new Set(next.map((address) => address.id));
  const removed = current.filter((address) => !kept.has(address.id)).map(({ id }) => id);
  if (removed.length > 0) {
    await tx
      .deleteFrom('address')
      .where('user_id', '=', userId)
      .where('id', 'in', removed)
      .execute();
  }
  const defaultLast = [...next].sort((a, b) => Number(a.isDefault) - Number(b.isDefault));
  for (const address of defaultLast) {
    const old = before.get(address.id);
    if (old === undefined) {
      await tx
        .insertInto('address')
        .values({
          id: address.id,
          user_id: userId,
          ...plainColumns(address),
          contact_sealed: personalData.sealContact(userId, address.id, address),
          created_at: toSqlTime(address.createdAtMs),
          updated_at: toSqlTime(nowMs),
        })
        .execute();
    } else if (!sameAddress(old, address)) {
      await tx
        .updateTable('address')
        .set({
          ...plainColumns(address),
          ...(sameContact(old, address)
            ? {}
            : { contact_sealed: personalData.sealContact(userId, address.id, address) }),
          updated_at: toSqlTime(nowMs),
        })
        .where('user_id', '=', userId)
        .where('id', '=', address.id)
        .execute();
    }
  }
};

const plainColumns = (address: Address) => ({
  province: address.province,
  city: address.city,
  district: address.district,
  is_default: address.isDefault ? 1 : 0,
});

/** When this holds the sealed column stays as it is, also while the re-encrypt job works on it. */
const sameContact = (a: Address, b: Address): boolean =>
  a.name === b.name && a.phone === b.phone && a.detail === b.detail;

const sameAddress = (a: Address, b: Address): boolean =>
  sameContact(a, b) &&
  a.province === b.province &&
  a.city === b.city &&
  a.district === b.district &&
  a.isDefault === b.isDefault;
