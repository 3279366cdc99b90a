import type { Clock } from '@app/kernel';
import { unfreeze } from '../domain/user.ts';
import type { UserRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly users: UserRepository;
  readonly clock: Clock;
}

/** Sessions that the freeze ended stay ended: the owner signs in again. */
export const createUnfreezeUser =
  ({ users, clock }: Deps): Usecases['unfreezeUser'] =>
  async ({ userId }) => {
    await users.update(userId, (current) => unfreeze(current, clock.nowMs()));
  };
