import { assert, type Clock, type Ids } from '@app/kernel';
import { sameIdentity, unknownKeys, type IdentityKey } from '../domain/identity.ts';
import { registerUser, type User } from '../domain/user.ts';
import { toProfile } from '../domain/views.ts';
import { userError } from '../errors.ts';
import type { IdentityRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly identities: IdentityRepository;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Losing once means the winner has committed, so the second look finds it; more is a bug. */
const LOOKS_MAX = 3;

export const createFindOrCreateByIdentity = ({
  identities,
  clock,
  ids,
}: Deps): Usecases['findOrCreateByIdentity'] => {
  const findAndLink = async (keys: readonly IdentityKey[]): Promise<User | undefined> => {
    const owners = await identities.findOwners(keys);
    const decisive = keys.find((key) => owners.some((owner) => sameIdentity(owner.key, key)));
    const owner = owners.find(({ key }) => decisive !== undefined && sameIdentity(key, decisive));
    if (owner === undefined) return undefined;
    if (owner.user.status === 'frozen') {
      throw userError('USER_FROZEN', { data: { userId: owner.user.id } });
    }
    const unknown = unknownKeys(
      keys,
      owners.map(({ key }) => key),
    );
    if (unknown.length > 0) await identities.link(owner.user.id, unknown, clock.nowMs());
    return owner.user;
  };

  return async ({ keys }) => {
    const [first] = keys;
    assert(first !== undefined, 'the contract asks for at least one key');
    for (let look = 1; look <= LOOKS_MAX; look += 1) {
      const known = await findAndLink(keys);
      if (known !== undefined) return { profile: toProfile(known), isNew: false };
      const change = registerUser(first.provider, { userId: ids.next(), nowMs: clock.nowMs() });
      if (await identities.register(change, keys)) {
        return { profile: toProfile(change.next), isNew: true };
      }
    }
    throw new Error('an identity was taken three times and belongs to nobody');
  };
};
