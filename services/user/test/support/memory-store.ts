import type { AddressBook } from '../../src/domain/address-book.ts';
import { identityText, type IdentityKey } from '../../src/domain/identity.ts';
import { samePhone } from '../../src/domain/phone.ts';
import type { UserFact } from '../../src/domain/user-fact.ts';
import type { User } from '../../src/domain/user.ts';
import { userError } from '../../src/errors.ts';
import type {
  AddressRepository,
  IdentityRepository,
  UserRepository,
} from '../../src/repository.ts';

/** The repositories without a database; the contract suite keeps them as strict as MySQL. */
export interface MemoryStore {
  readonly users: UserRepository;
  readonly identities: IdentityRepository;
  readonly addresses: AddressRepository;
  /** Facts in the order of their commits. */
  readonly facts: UserFact[];
}

export const createMemoryStore = (): MemoryStore => {
  const people = new Map<string, User>();
  const owners = new Map<string, { key: IdentityKey; userId: string }>();
  const books = new Map<string, AddressBook>();
  const facts: UserFact[] = [];

  const personOf = (userId: string): User => {
    const user = people.get(userId);
    if (user === undefined) throw userError('USER_NOT_FOUND');
    return user;
  };

  // What the row lock does in MySQL: storing the answer takes time, and nobody gets in between.
  let last: Promise<unknown> = Promise.resolve();
  const oneByOne = <R>(work: () => Promise<R>): Promise<R> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const users: UserRepository = {
    find: (userId) => Promise.resolve(people.get(userId)),
    update: async (userId, change) => {
      await Promise.resolve();
      const { next, facts: news } = change(personOf(userId));
      const { phone } = next;
      const taken = [...people.values()].some(
        (other) => other.id !== userId && phone !== null && samePhone(other.phone, phone),
      );
      if (taken) throw userError('PHONE_BOUND_TO_OTHER_ACCOUNT');
      people.set(userId, next);
      facts.push(...news);
      return next;
    },
  };

  const identities: IdentityRepository = {
    findOwners: (keys) =>
      Promise.resolve(
        keys.flatMap((key) => {
          const owner = owners.get(identityText(key));
          return owner === undefined ? [] : [{ key, user: personOf(owner.userId) }];
        }),
      ),
    findSubject: (userId, { provider, realm }) =>
      Promise.resolve(
        [...owners.values()]
          .filter((owner) => owner.userId === userId)
          .findLast(({ key }) => key.provider === provider && key.realm === realm)?.key.subject,
      ),
    register: async ({ next, facts: news }, keys) => {
      await Promise.resolve();
      if (keys.some((key) => owners.has(identityText(key)))) return false;
      people.set(next.id, next);
      for (const key of keys) owners.set(identityText(key), { key, userId: next.id });
      facts.push(...news);
      return true;
    },
    link: async (userId, keys) => {
      await Promise.resolve();
      for (const key of keys) {
        if (!owners.has(identityText(key))) owners.set(identityText(key), { key, userId });
      }
    },
  };

  const addresses: AddressRepository = {
    list: (userId) => Promise.resolve(books.get(userId) ?? []),
    update: (userId, change, operation) =>
      oneByOne(async () => {
        personOf(userId);
        const { next, result } = change(books.get(userId) ?? []);
        await operation?.complete(undefined, result);
        books.set(userId, next);
        return result;
      }),
  };

  return { users, identities, addresses, facts };
};
