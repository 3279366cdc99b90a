import type { Clock } from '@app/kernel';
import { freeze } from '../domain/user.ts';
import type { UserRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly users: UserRepository;
  readonly clock: Clock;
}

/** The fact `user.frozen` makes auth end the sessions; nothing is called from here. */
export const createFreezeUser =
  ({ users, clock }: Deps): Usecases['freezeUser'] =>
  async ({ userId, reason }) => {
    await users.update(userId, (current) => freeze(current, reason, clock.nowMs()));
  };
