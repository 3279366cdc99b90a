import type { Address } from '@app/contracts';
import t from 'tap';
import { createCreateMyAddress } from '../../../src/usecase/create-my-address.ts';
import { createGetAddress } from '../../../src/usecase/get-address.ts';
import { createDeleteMyAddress } from '../../../src/usecase/delete-my-address.ts';
import { createListMyAddresses } from '../../../src/usecase/list-my-addresses.ts';
import { createUpdateMyAddress } from '../../../src/usecase/update-my-address.ts';
import { buildDeps, withUser } from '../../support/build-deps.ts';
import { addressFields, anIdentity, aRegistration, ids } from '../../support/builders.ts';

const build = async () => {
  const deps = buildDeps();
  const { id: userId } = await withUser(deps, aRegistration(), [anIdentity()]);
  return {
    deps,
    userId,
    create: createCreateMyAddress(deps),
    update: createUpdateMyAddress(deps),
    remove: createDeleteMyAddress(deps),
    list: createListMyAddresses(deps),
    get: createGetAddress(deps),
  };
};

t.test('an address is kept as it was written and shown to its owner in full', async (t) => {
  const { userId, create, list } = await build();

  const created = await create({ userId, fields: addressFields() });

  t.same(await list({ userId }), [created]);
  t.same(created, { ...addressFields(), id: created.id, isDefault: true });
});

t.test('one address is given with its owner only', async (t) => {
  const { userId, create, get } = await build();
  const { id } = await create({ userId, fields: addressFields() });

  t.match(await get({ userId, addressId: id }), { ...addressFields(), id });
  await t.rejects(get({ userId: ids.next(), addressId: id }), { code: 'ADDRESS_NOT_FOUND' });
});

t.test('the twenty-first address is refused', async (t) => {
  const { userId, create, list } = await build();
  for (let i = 0; i < 20; i += 1) await create({ userId, fields: addressFields() });

  await t.rejects(create({ userId, fields: addressFields() }), {
    code: 'ADDRESS_LIMIT_REACHED',
    data: { addressesMax: 20 },
  });

  t.equal((await list({ userId })).length, 20);
});

t.test('the answer of a claimed operation is stored with the address or not at all', async (t) => {
  const { userId, create, list } = await build();
  const stored: Address[] = [];
  const operation = {
    complete: (_: unknown, result: Address) => {
      stored.push(result);
      return Promise.resolve();
    },
  };
  const crash = { complete: () => Promise.reject(new Error('crash')) };

  const created = await create({ userId, fields: addressFields(), operation });
  await t.rejects(create({ userId, fields: addressFields(), operation: crash }), {
    message: 'crash',
  });

  t.same(stored, [created]);
  t.same(await list({ userId }), [created]);
});

t.test("somebody else's address looks like none", async (t) => {
  const { deps, userId, create, update, remove, list } = await build();
  const stranger = await withUser(deps, aRegistration(), [anIdentity()]);
  const { id: addressId } = await create({ userId, fields: addressFields() });
  const asStranger = { userId: stranger.id, addressId };

  await t.rejects(update({ ...asStranger, fields: addressFields({ name: '贼' }) }), {
    code: 'ADDRESS_NOT_FOUND',
  });
  await t.rejects(remove(asStranger), { code: 'ADDRESS_NOT_FOUND' });

  t.match(await list({ userId }), [{ name: '张小明' }]);
});

t.test('an address is replaced as a whole', async (t) => {
  const { userId, create, update, list } = await build();
  const { id: addressId } = await create({ userId, fields: addressFields() });

  await update({ userId, addressId, fields: addressFields({ name: '李雷', city: '广州市' }) });

  t.match(await list({ userId }), [{ id: addressId, name: '李雷', city: '广州市' }]);
});

t.test('deleting twice says that there is no such address', async (t) => {
  const { userId, create, remove, list } = await build();
  const { id: addressId } = await create({ userId, fields: addressFields() });

  await remove({ userId, addressId });

  await t.rejects(remove({ userId, addressId }), { code: 'ADDRESS_NOT_FOUND' });
  t.same(await list({ userId }), []);
});

t.test('nobody has no addresses and cannot get one', async (t) => {
  const { create, list } = await build();
  const userId = ids.next();

  await t.rejects(create({ userId, fields: addressFields() }), { code: 'USER_NOT_FOUND' });
  t.same(await list({ userId }), []);
});
