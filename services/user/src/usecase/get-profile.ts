import { toProfile } from '../domain/views.ts';
import { userError } from '../errors.ts';
import type { UserRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

/** For other services, which decide on the answer (is the account frozen?): always the newest state. */
export const createGetProfile =
  ({ users }: { readonly users: UserRepository }): Usecases['getProfile'] =>
  async ({ userId }) => {
    const user = await users.find(userId);
    if (user === undefined) throw userError('USER_NOT_FOUND', { data: { userId } });
    return { profile: toProfile(user), status: user.status };
  };
