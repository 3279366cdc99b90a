import { patchProfile } from '../domain/user.ts';
import { toProfile } from '../domain/views.ts';
import type { UserRepository } from '../repository.ts';
import type { ProfileHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly users: UserRepository;
  readonly hints: ProfileHints;
}

export const createUpdateMe =
  ({ users, hints }: Deps): Usecases['updateMe'] =>
  async ({ userId, patch }) => {
    const user = await users.update(userId, (current) => ({
      next: patchProfile(current, patch),
      facts: [],
    }));
    await hints.changed(userId); // ahead of the answer: whoever knows of the change must see it
    return toProfile(user);
  };
