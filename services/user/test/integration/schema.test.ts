import { compareTables, introspect } from '@app/mysql';
import { sql, type Compilable } from 'kysely';
import t from 'tap';
import { selectAddresses } from '../../src/repository/repo/mysql-address-repository.ts';
import { selectOwners } from '../../src/repository/repo/mysql-identity-repository.ts';
import { selectUser } from '../../src/repository/repo/mysql-user-repository.ts';
import { columns } from '../../src/repository/repo/tables.ts';
import { addressFields, anIdentity, aRegistration, ids, NOON_MS } from '../support/builders.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

t.test('tables.ts tells what the migrations made', async (t) => {
  const { db } = await createMysqlStore(t, await migratedDatabase(t));

  t.same(compareTables(await introspect(db.write), columns), []);
});

t.test('the database itself allows one default address per person', async (t) => {
  const database = await migratedDatabase(t);
  const { identities } = await createMysqlStore(t, database);
  const { next } = aRegistration();
  await identities.register({ next, facts: [] }, [anIdentity()]);
  const insert = (isDefault: number) =>
    database.sql(
      `insert into address (id, user_id, province, city, district, contact_sealed, is_default, created_at, updated_at)
       values (?, ?, '', '', '', 'v1.k1.x.y', ?, now(3), now(3))`,
      [ids.next(), next.id, isDefault],
    );

  await insert(1);
  await insert(0);
  await insert(0);

  await t.rejects(insert(1), { code: 'ER_DUP_ENTRY' });
});

t.test('the hot queries go by an index', async (t) => {
  const database = await migratedDatabase(t);
  const { db, identities, addresses } = await createMysqlStore(t, database);
  // Small tables are scanned whatever the index, so there are some rows to choose from.
  const keys = Array.from({ length: 60 }, () => anIdentity());
  const people = keys.map(() => aRegistration());
  for (const [index, key] of keys.entries()) {
    await identities.register(people[index]!, [key]);
    const address = { ...addressFields(), id: ids.next(), isDefault: true, createdAtMs: NOON_MS };
    await addresses.update(people[index]!.next.id, () => ({ next: [address], result: null }));
  }
  await database.sql('analyze table user, identity, address');
  const userId = people[0]!.next.id;
  const plan = async (query: Compilable) => {
    const { sql: text, parameters } = query.compile();
    const { rows } = await sql
      .raw<{ key: string | null; table: string }>(`explain ${inline(text, parameters)}`)
      .execute(db.write);
    return rows.map(({ key }) => key);
  };

  t.same(await plan(selectUser(db.write, userId)), ['PRIMARY']);
  t.same(await plan(selectAddresses(db.write, userId)), ['ix_address_user_id']);
  t.same(await plan(selectOwners(db.write, keys.slice(0, 2))), [
    'uk_identity_provider_realm_subject',
    'PRIMARY',
  ]);
});

/** The statement with its parameters in place; for `explain` in a test only. */
const inline = (text: string, parameters: readonly unknown[]): string => {
  let next = 0;
  return text.replaceAll('?', () => `'${String(parameters[next++])}'`);
};
