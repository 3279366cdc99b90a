import { createSealer } from '@app/kernel';
import t from 'tap';
import { bindPhone } from '../../src/domain/user.ts';
import { createMysqlSealedRows } from '../../src/repository/repo/mysql-sealed-rows.ts';
import { createReencryptPersonalData } from '../../src/usecase/reencrypt-personal-data.ts';
import {
  addressFields,
  anAddress,
  anIdentity,
  aRegistration,
  NOON_MS,
} from '../support/builders.ts';
import { createMysqlStore, K1, K2, migratedDatabase } from '../support/mysql-store.ts';

type Store = Awaited<ReturnType<typeof createMysqlStore>>;

let numbers = 13_800_000_000;
const nextPhone = () => ({ countryCode: '86', number: String((numbers += 1)) });

const newUser = async ({ identities, users, addresses }: Store) => {
  const { next } = aRegistration();
  const phone = nextPhone();
  await identities.register({ next, facts: [] }, [anIdentity()]);
  await users.update(next.id, (current) => bindPhone(current, phone, NOON_MS));
  const address = anAddress({ isDefault: true, phone: `1${phone.number}`.slice(0, 11) });
  await addresses.update(next.id, () => ({ next: [address], result: null }));
  return { id: next.id, phone, address };
};

t.test('a dump of the database holds no phone, name or street', async (t) => {
  const database = await migratedDatabase(t);
  const store = await createMysqlStore(t, database);
  const people = await Promise.all(Array.from({ length: 5 }, () => newUser(store)));

  const tables = await database.sql('show tables');
  let dump = '';
  for (const row of tables) {
    const [table] = Object.values(row);
    dump += JSON.stringify(await database.sql(`select * from \`${String(table)}\``));
  }

  for (const { phone, address, id } of people) {
    t.ok(dump.includes(id), 'the dump is of the right schema');
    t.notOk(dump.includes(phone.number));
    t.notOk(dump.includes(phone.number.slice(-8)));
    t.notOk(dump.includes(address.phone));
  }
  t.notOk(dump.includes(addressFields().name));
  t.notOk(dump.includes(addressFields().detail));
});

t.test("a sealed value moved to another person's row does not open", async (t) => {
  const database = await migratedDatabase(t);
  const store = await createMysqlStore(t, database);
  const [victim, thief] = [await newUser(store), await newUser(store)];
  const [row] = await database.sql('select phone_sealed from user where id = ?', [victim.id]);

  await database.sql('update user set phone_sealed = ? where id = ?', [
    String(row?.['phone_sealed']),
    thief.id,
  ]);

  await t.rejects(store.users.find(thief.id));
  t.match(await store.users.find(victim.id), { phone: victim.phone });
});

const silent = { pending: () => undefined, failed: () => undefined };

t.test('rotating the key ring re-encrypts every row while people write', async (t) => {
  const database = await migratedDatabase(t);
  const before = await createMysqlStore(t, database, K1);
  const people = await Promise.all(Array.from({ length: 30 }, () => newUser(before)));
  // The order of a roll-out: first every node opens both, then the new key seals.
  const mixed = await createMysqlStore(t, database, `${K1},${K2}`);
  const after = await createMysqlStore(t, database, `${K2},${K1}`);
  const pending: number[] = [];
  const progress = { ...silent, pending: (rows: number) => void pending.push(rows) };
  const run = createReencryptPersonalData({ sealedRows: after.sealedRows, progress });

  const latest = new Map(people.map(({ id, phone, address }) => [id, { phone, address }]));
  const write = async (index: number): Promise<void> => {
    const person = people[index % people.length]!;
    // Nodes with either ring write, as while a roll-out is under way.
    const node = index % 3 === 0 ? mixed : after;
    const phone = nextPhone();
    await node.users.update(person.id, (current) => bindPhone(current, phone, NOON_MS));
    const address = { ...person.address, name: `新名${String(index)}` };
    await node.addresses.update(person.id, () => ({ next: [address], result: null }));
    latest.set(person.id, { phone, address });
  };
  const writing = (async () => {
    for (let index = 0; index < 60; index += 1) await write(index);
  })();
  for (let i = 0; i < 5; i += 1) await run({ batchSize: 7 });
  await writing;
  await run({ batchSize: 7 });

  const only = await createMysqlStore(t, database, K2);
  t.equal(await only.sealedRows.countPending(), 0);
  for (const [id, { phone, address }] of latest) {
    t.match(await only.users.find(id), { phone });
    t.same(await only.addresses.list(id), [address]);
  }
  t.ok((pending[0] ?? 0) > 0 && pending.at(-1) === 0, 'the progress went down to nothing');
});

t.test('a row that changed between reading and writing is left to its writer', async (t) => {
  const database = await migratedDatabase(t);
  const old = await createMysqlStore(t, database, K1);
  const person = await newUser(old);
  const after = await createMysqlStore(t, database, `${K2},${K1}`);
  const newer = createSealer(K1).seal('+86-13900000000', `user.phone:${person.id}`);
  const hasRead = Promise.withResolvers<void>();
  const hasWritten = Promise.withResolvers<void>();
  const sealer = createSealer(`${K2},${K1}`);
  const rows = createMysqlSealedRows({
    db: after.db,
    sealer: {
      ...sealer,
      seal: (plaintext, context) => {
        hasRead.resolve(); // the row was read; its update will wait for the writer's lock
        return sealer.seal(plaintext, context);
      },
    },
  });

  const writer = old.db.transaction(async (tx) => {
    await tx.updateTable('user').set({ phone_sealed: newer }).where('id', '=', person.id).execute();
    hasWritten.resolve();
    await hasRead.promise;
  });
  await hasWritten.promise;
  const batch = await rows.reencrypt(null, 10);
  await writer;

  t.same(batch, { changed: 0, failed: 0, next: '1:' });
  t.match(await old.users.find(person.id), { phone: { countryCode: '86', number: '13900000000' } });
});

t.test('a row whose key is missing is counted as failed and stays as it is', async (t) => {
  const database = await migratedDatabase(t);
  const old = await createMysqlStore(t, database, K1);
  const person = await newUser(old);
  const withoutOldKey = await createMysqlStore(t, database, K2);
  const failed: number[] = [];
  const progress = { ...silent, failed: (rows: number) => void failed.push(rows) };

  const changed = await createReencryptPersonalData({
    sealedRows: withoutOldKey.sealedRows,
    progress,
  })({ batchSize: 10 });

  t.equal(changed, 0);
  t.same(failed, [2]);
  t.match(await old.users.find(person.id), { phone: person.phone });
});
