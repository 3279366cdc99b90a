import type { Test } from 'tap';
import { addAddress } from '../../src/domain/address-book.ts';
import type { UserFact } from '../../src/domain/user-fact.ts';
import { bindPhone, freeze, patchProfile } from '../../src/domain/user.ts';
import { userError } from '../../src/errors.ts';
import type {
  AddressRepository,
  IdentityRepository,
  UserRepository,
} from '../../src/repository.ts';
import {
  addressFields,
  anAddress,
  anIdentity,
  aRegistration,
  ids,
  NOON_MS,
} from '../support/builders.ts';

export interface Repositories {
  readonly users: UserRepository;
  readonly identities: IdentityRepository;
  readonly addresses: AddressRepository;
  /** The facts about one person, in the order of their commits. */
  factsOf(userId: string): Promise<readonly UserFact[]>;
}

const phone = () => ({
  countryCode: '86',
  number: `138${String(Math.random()).slice(2, 10).padEnd(8, '0')}`,
});

/** What every implementation of the storage ports must do. */
export const repositoriesContract = async (t: Test, build: () => Promise<Repositories>) => {
  const { users, identities, addresses, factsOf } = await build();

  const newUser = async () => {
    const change = aRegistration();
    await identities.register({ next: change.next, facts: [] }, [anIdentity()]);
    return change.next;
  };

  await t.test('a person comes back exactly as stored', async (t) => {
    const user = {
      ...aRegistration().next,
      nickname: '小明 😀',
      avatarUrl: 'https://a.cn/b',
      bio: "o'b",
    };
    await identities.register({ next: { ...user, phone: phone() }, facts: [] }, [anIdentity()]);

    const found = await users.find(user.id);

    t.same({ ...found, phone: null }, user);
    t.equal(await users.find(ids.next()), undefined);
  });

  await t.test('a registration stores the person, all identities and the fact, once', async (t) => {
    const change = aRegistration();
    const keys = [anIdentity(), anIdentity({ provider: 'wechat-union', realm: '' })];

    const won = await identities.register(change, keys);
    const owners = await identities.findOwners(keys);

    t.equal(won, true);
    t.equal(owners.length, 2);
    t.ok(owners.every(({ user }) => user.id === change.next.id));
    t.same(await factsOf(change.next.id), change.facts);
  });

  await t.test('when one of the keys is taken nothing of a registration is stored', async (t) => {
    const taken = anIdentity();
    const free = anIdentity();
    await identities.register(aRegistration(), [taken]);
    const late = aRegistration();

    const won = await identities.register(late, [free, taken]);

    t.equal(won, false);
    t.equal(await users.find(late.next.id), undefined);
    t.same(await identities.findOwners([free]), []);
    t.same(await factsOf(late.next.id), []);
  });

  await t.test('of 20 parallel registrations with one key exactly one wins', async (t) => {
    const keys = [anIdentity(), anIdentity({ provider: 'wechat-union', realm: '' })];
    const changes = Array.from({ length: 20 }, () => aRegistration());

    const won = await Promise.all(changes.map((change) => identities.register(change, keys)));

    t.equal(won.filter(Boolean).length, 1);
    const winner = changes[won.indexOf(true)]!;
    t.match(await identities.findOwners(keys), [
      { user: { id: winner.next.id } },
      { user: { id: winner.next.id } },
    ]);
  });

  await t.test('identities differ by letter case, app and provider', async (t) => {
    const key = anIdentity({ subject: 'oAbC' });
    await identities.register(aRegistration(), [key]);

    const others = await identities.findOwners([
      { ...key, subject: 'oabc' },
      { ...key, realm: 'wxOther' },
      { ...key, provider: 'douyin' },
    ]);

    t.same(others, []);
  });

  await t.test(
    'a name is found by its person, provider and app, the newest of several',
    async (t) => {
      const first = anIdentity();
      const newer = anIdentity();
      const { next } = aRegistration();
      await identities.register(aRegistration({ id: next.id }), [first]);
      await identities.link(next.id, [newer], NOON_MS);
      const { realm } = first;

      t.equal(await identities.findSubject(next.id, { provider: 'wechat', realm }), newer.subject);
      t.equal(await identities.findSubject(next.id, { provider: 'douyin', realm }), undefined);
      t.equal(await identities.findSubject(next.id, { provider: 'wechat', realm: '' }), undefined);
      t.equal(await identities.findSubject(ids.next(), { provider: 'wechat', realm }), undefined);
    },
  );

  await t.test('linking gives a person what is free and takes nothing from others', async (t) => {
    const [mine, theirs, free] = [anIdentity(), anIdentity(), anIdentity()];
    const me = aRegistration();
    const other = aRegistration();
    await identities.register(me, [mine]);
    await identities.register(other, [theirs]);

    await identities.link(me.next.id, [theirs, free], NOON_MS);
    await identities.link(me.next.id, [free], NOON_MS);

    const owners = await identities.findOwners([mine, theirs, free]);
    const ownerOf = (subject: string) => owners.find(({ key }) => key.subject === subject)?.user.id;
    t.equal(ownerOf(theirs.subject), other.next.id);
    t.equal(ownerOf(free.subject), me.next.id);
  });

  await t.test('a change and its facts are stored together', async (t) => {
    const user = await newUser();

    await users.update(user.id, (current) => freeze(current, 'fraud', NOON_MS + 7));

    t.match(await users.find(user.id), {
      status: 'frozen',
      frozenReason: 'fraud',
      frozenAtMs: NOON_MS + 7,
    });
    t.match(await factsOf(user.id), [{ name: 'frozen', payload: { frozenAtMs: NOON_MS + 7 } }]);
  });

  await t.test('a change that throws leaves no trace', async (t) => {
    const user = await newUser();

    const call = users.update(user.id, (current) => {
      freeze(current, 'fraud', NOON_MS);
      throw userError('USER_FROZEN');
    });

    await t.rejects(call, { code: 'USER_FROZEN' });
    t.match(await users.find(user.id), { status: 'active' });
    t.same(await factsOf(user.id), []);
  });

  await t.test('nobody can be changed under an unknown id', async (t) => {
    const call = users.update(ids.next(), (current) => ({ next: current, facts: [] }));

    await t.rejects(call, { code: 'USER_NOT_FOUND' });
  });

  await t.test('parallel edits of different fields all survive', async (t) => {
    const user = await newUser();
    const patches = [{ nickname: '甲' }, { bio: '乙' }, { avatarUrl: 'https://c.cn/丙' }];

    await Promise.all(
      patches.map((patch) =>
        users.update(user.id, (current) => ({ next: patchProfile(current, patch), facts: [] })),
      ),
    );

    t.match(await users.find(user.id), Object.assign({}, ...patches));
  });

  await t.test('of 20 people who bind one number at once exactly one gets it', async (t) => {
    const number = phone();
    const people = await Promise.all(Array.from({ length: 20 }, newUser));

    const results = await Promise.allSettled(
      people.map(({ id }) => users.update(id, (current) => bindPhone(current, number, NOON_MS))),
    );

    t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) {
      if (result.status === 'rejected') {
        t.match(result.reason, { code: 'PHONE_BOUND_TO_OTHER_ACCOUNT' });
      }
    }
    const facts = await Promise.all(people.map(({ id }) => factsOf(id)));
    t.equal(facts.flat().length, 1);
  });

  const add = (userId: string, isDefault = false) =>
    addresses.update(userId, (book) => {
      const added = addAddress(book, addressFields({ isDefault }), {
        id: ids.next(),
        nowMs: NOON_MS,
      });
      if (added === undefined) throw userError('ADDRESS_LIMIT_REACHED');
      return { next: added.next, result: added.address };
    });

  await t.test('a book comes back as stored, to its owner only', async (t) => {
    const [me, other] = [await newUser(), await newUser()];
    const address = anAddress({ isDefault: true, detail: '😀 "1" \\ 号楼' });

    await addresses.update(me.id, () => ({ next: [address], result: undefined }));

    t.same(await addresses.list(me.id), [address]);
    t.same(await addresses.list(other.id), []);
  });

  await t.test('the default moves, addresses change and go in one write', async (t) => {
    const user = await newUser();
    const [first, second, third] = [anAddress({ isDefault: true }), anAddress(), anAddress()];
    await addresses.update(user.id, () => ({ next: [first, second, third], result: undefined }));

    const fourth = anAddress({ isDefault: true });
    const changed = { ...second, city: '广州市', name: '李雷' };
    await addresses.update(user.id, () => ({
      next: [{ ...first, isDefault: false }, changed, fourth],
      result: undefined,
    }));

    const book = new Map((await addresses.list(user.id)).map((address) => [address.id, address]));
    t.equal(book.size, 3);
    t.same(book.get(first.id), { ...first, isDefault: false });
    t.same(book.get(second.id), changed);
    t.same(book.get(fourth.id), fourth);
  });

  await t.test('30 parallel additions leave 20 addresses and one default', async (t) => {
    const user = await newUser();

    const results = await Promise.allSettled(Array.from({ length: 30 }, () => add(user.id, true)));

    const book = await addresses.list(user.id);
    t.equal(book.length, 20);
    t.equal(book.filter(({ isDefault }) => isDefault).length, 1);
    t.equal(results.filter(({ status }) => status === 'fulfilled').length, 20);
  });

  await t.test('an answer that cannot be stored takes its address with it', async (t) => {
    const user = await newUser();
    const operation = { complete: () => Promise.reject(new Error('crash')) };

    const call = addresses.update(
      user.id,
      () => ({ next: [anAddress({ isDefault: true })], result: 'x' }),
      operation,
    );

    await t.rejects(call, { message: 'crash' });
    t.same(await addresses.list(user.id), []);
  });

  await t.test('nobody has no book to write in', async (t) => {
    await t.rejects(add(ids.next()), { code: 'USER_NOT_FOUND' });
  });
};
