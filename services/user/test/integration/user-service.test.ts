import { user } from '@app/contracts';
import { isError } from '@app/kernel';
import type { Caller, FactMessage, Host } from '@app/runtime';
import { eventually } from '@app/testing';
import t from 'tap';
import { addressFields, anIdentity, ids } from '../support/builders.ts';
import { createSuite } from '../support/user-node.ts';

const { findOrCreateByIdentity, getMe, updateMe, createMyAddress, bindPhone } = user.actions;

const suite = await createSuite(t);
const nodes = [await suite.startNode(), await suite.startNode()];
const neighbour = await suite.startNeighbour();
await eventually(() =>
  neighbour.call(user.actions.getProfile, { userId: ids.next() }).catch((error: unknown) => {
    // Answered by the service: it is reachable.
    if (!isError(error, 'USER_NOT_FOUND')) throw error;
  }),
);

const facts: FactMessage[] = [];
for (const fact of Object.values(user.facts)) {
  const consumer = neighbour.facts.consume({
    consumer: `test-${fact.name.replace('.', '-')}`,
    fact: fact.name,
    handle: (delivery) => {
      facts.push(delivery);
      return Promise.resolve();
    },
  });
  await consumer.start();
  t.teardown(() => consumer.stop());
}
const factsAbout = (userId: string): FactMessage[] =>
  facts.filter(({ payload }) => (payload as { userId: string }).userId === userId);

const newUser = async () => {
  const { profile } = await neighbour.call(findOrCreateByIdentity, { keys: [anIdentity()] });
  const caller: Caller = { kind: 'user', userId: profile.id, sessionId: profile.id };
  return { id: profile.id, profile, caller };
};

const randomOf = (hosts: readonly Host[]): { nodeId: string } => ({
  nodeId: hosts[Math.floor(Math.random() * hosts.length)]!.nodeId,
});

t.test('twenty parallel sign-ins over two nodes make one person, told exactly once', async (t) => {
  const keys = [anIdentity(), anIdentity({ provider: 'wechat-union', realm: '' })];

  const all = await Promise.all(
    Array.from({ length: 20 }, () =>
      neighbour.call(findOrCreateByIdentity, { keys }, randomOf(nodes)),
    ),
  );

  const [first] = all;
  t.equal(new Set(all.map(({ profile }) => profile.id)).size, 1);
  t.equal(all.filter(({ isNew }) => isNew).length, 1);
  await eventually(() => factsAbout(first!.profile.id).length > 0);
  const marker = await newUser();
  await eventually(() => factsAbout(marker.id).length > 0);
  t.match(factsAbout(first!.profile.id), [
    { name: 'user.registered', payload: { provider: 'wechat' } },
  ]);
});

t.test('a profile is read and patched over the bus', async (t) => {
  const { caller, profile } = await newUser();

  const patched = await neighbour.call(updateMe, { nickname: '小红' }, { caller });
  const read = await neighbour.call(getMe, {}, { caller });

  t.same(read, patched);
  t.same(read, { ...profile, nickname: '小红' });
});

t.test(
  '1,000 random writes and reads through two nodes: no stale read after an answer',
  async (t) => {
    const people = await Promise.all(Array.from({ length: 20 }, newUser));
    let stale = 0;
    const work = async (person: (typeof people)[number], rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        const bio = `${person.id} ${String(round)}`;
        // Readers all the while, so that old values are cached and loads are under way.
        const noise = nodes.map(({ nodeId }) =>
          neighbour.call(getMe, {}, { caller: person.caller, nodeId }),
        );
        await neighbour.call(updateMe, { bio }, { caller: person.caller, ...randomOf(nodes) });
        const reads = await Promise.all(
          nodes.map(({ nodeId }) => neighbour.call(getMe, {}, { caller: person.caller, nodeId })),
        );
        stale += reads.filter((read) => read.bio !== bio).length;
        await Promise.all(noise);
      }
    };

    await Promise.all(people.map((person) => work(person, 50)));

    t.equal(stale, 0);
  },
);

t.test('an Idempotency-Key adds one address, also when both requests run at once', async (t) => {
  const { caller } = await newUser();
  const options = { caller, idempotencyKey: `key-${caller.kind}-0001` };
  const create = (name: string) =>
    neighbour.call(createMyAddress, addressFields({ name }), { ...options, ...randomOf(nodes) });

  const all = await Promise.all(Array.from({ length: 8 }, () => create('张小明')));
  const later = await create('张小明');
  const { items } = await neighbour.call(user.actions.listMyAddresses, {}, { caller });

  t.equal(items.length, 1);
  for (const answer of [...all, later]) t.same(answer, items[0]);
  await t.rejects(create('李雷'), { code: 'IDEMPOTENCY_KEY_REUSED' });
});

t.test('without a key each request adds an address, twenty at most', async (t) => {
  const { caller } = await newUser();

  const results = await Promise.allSettled(
    Array.from({ length: 25 }, () =>
      neighbour.call(createMyAddress, addressFields(), { caller, ...randomOf(nodes) }),
    ),
  );

  const { items } = await neighbour.call(user.actions.listMyAddresses, {}, { caller });
  t.equal(items.length, 20);
  t.equal(items[0]?.isDefault, true);
  t.equal(items.filter(({ isDefault }) => isDefault).length, 1);
  const refused = results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as { code: string }).code] : [],
  );
  t.same(refused, Array<string>(5).fill('ADDRESS_LIMIT_REACHED'));
});

t.test("somebody else's address is not found, and stays as it is", async (t) => {
  const [owner, stranger] = [await newUser(), await newUser()];
  const address = await neighbour.call(createMyAddress, addressFields(), { caller: owner.caller });

  const notFound = { code: 'ADDRESS_NOT_FOUND', kind: 'not_found' };
  await t.rejects(
    neighbour.call(
      user.actions.updateMyAddress,
      { id: address.id, ...addressFields({ name: '贼' }) },
      { caller: stranger.caller },
    ),
    notFound,
  );
  await t.rejects(
    neighbour.call(user.actions.deleteMyAddress, { id: address.id }, { caller: stranger.caller }),
    notFound,
  );

  const { items } = await neighbour.call(
    user.actions.listMyAddresses,
    {},
    { caller: owner.caller },
  );
  t.same(items, [address]);
});

t.test('a bound phone is seen by the next read on every node, masked', async (t) => {
  const { id, caller } = await newUser();
  await Promise.all(nodes.map(({ nodeId }) => neighbour.call(getMe, {}, { caller, nodeId })));
  const number = `139${id.slice(-8).replaceAll(/[^0-9]/g, '7')}`;

  const bound = await neighbour.call(bindPhone, { userId: id, phone: number, countryCode: '86' });

  for (const { nodeId } of nodes) {
    const { phone } = await neighbour.call(getMe, {}, { caller, nodeId });
    t.equal(phone, bound.phone);
    t.match(phone, /^139\*{4}\d{4}$/);
  }
  await eventually(() => factsAbout(id).some(({ name }) => name === 'user.phoneBound'));
  t.notMatch(JSON.stringify(factsAbout(id)), number);
});

t.test('freezing and unfreezing are told once each, whatever is repeated', async (t) => {
  const { id } = await newUser();
  const internal: Caller = { kind: 'internal' };
  const freeze = () =>
    neighbour.call(
      user.actions.freezeUser,
      { id, reason: 'fraud' },
      { caller: internal, ...randomOf(nodes) },
    );

  await Promise.all([freeze(), freeze(), freeze()]);
  const { status } = await neighbour.call(user.actions.getProfile, { userId: id });
  await neighbour.call(user.actions.unfreezeUser, { id }, { caller: internal });
  await eventually(() => factsAbout(id).length >= 3);

  t.equal(status, 'frozen');
  // Each fact has a consumer of its own, and those keep no order among each other.
  const byName = factsAbout(id).sort((a, b) => (a.name < b.name ? -1 : 1));
  t.match(byName, [
    { name: 'user.frozen', payload: { reason: 'fraud' } },
    { name: 'user.registered' },
    { name: 'user.unfrozen' },
  ]);
  t.equal(byName.length, 3);
});

t.test('actions refuse whom they are not meant for', async (t) => {
  const { id, caller } = await newUser();
  const forbidden = { code: 'CALLER_FORBIDDEN' };

  await t.rejects(neighbour.call(getMe, {}, { caller: { kind: 'public' } }), forbidden);
  await t.rejects(neighbour.call(getMe, {}, { caller: { kind: 'service', name: 'x' } }), forbidden);
  await t.rejects(
    neighbour.call(findOrCreateByIdentity, { keys: [anIdentity()] }, { caller }),
    forbidden,
  );
  await t.rejects(
    neighbour.call(user.actions.freezeUser, { id, reason: 'me' }, { caller }),
    forbidden,
  );
});

t.test('a field that nobody declared is refused by name', async (t) => {
  const { caller } = await newUser();
  const params = { nickname: '小红', isAdmin: true } as { nickname: string };

  await t.rejects(neighbour.call(updateMe, params, { caller }), {
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field: 'isAdmin' }] },
  });
});

t.test('an account that is gone says so instead of failing', async (t) => {
  const userId = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';
  const caller: Caller = { kind: 'user', userId, sessionId: userId };

  await t.rejects(neighbour.call(getMe, {}, { caller }), { code: 'USER_NOT_FOUND' });
  await t.rejects(neighbour.call(createMyAddress, addressFields(), { caller }), {
    code: 'USER_NOT_FOUND',
  });
});
