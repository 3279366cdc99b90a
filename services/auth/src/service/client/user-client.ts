import { user } from '@app/contracts';
import type { ActionCaller } from '@app/runtime';
import type { UserClient } from '../../service.ts';

export const createUserClient = (call: ActionCaller): UserClient => ({
  findOrCreateByIdentity: (keys) => call(user.actions.findOrCreateByIdentity, { keys: [...keys] }),
  isFrozen: async (userId) => {
    const { status } = await call(user.actions.getProfile, { userId });
    return status === 'frozen';
  },
  bindPhone: (userId, { phone, countryCode }) =>
    call(user.actions.bindPhone, { userId, phone, countryCode }),
});
