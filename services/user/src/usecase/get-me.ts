import { toProfile } from '../domain/views.ts';
import { userError } from '../errors.ts';
import type { ProfileCache } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

export const createGetMe =
  ({ profiles }: { readonly profiles: ProfileCache }): Usecases['getMe'] =>
  async ({ userId }) => {
    const user = await profiles.get(userId);
    if (user === undefined) throw userError('USER_NOT_FOUND', { data: { userId } });
    return toProfile(user);
  };
