import { maskPhone, type Clock } from '@app/kernel';
import { bindPhone } from '../domain/user.ts';
import type { UserRepository } from '../repository.ts';
import type { ProfileHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly users: UserRepository;
  readonly hints: ProfileHints;
  readonly clock: Clock;
}

export const createBindPhone =
  ({ users, hints, clock }: Deps): Usecases['bindPhone'] =>
  async ({ userId, phone }) => {
    await users.update(userId, (current) => bindPhone(current, phone, clock.nowMs()));
    await hints.changed(userId);
    return { phone: maskPhone(phone.number) };
  };
