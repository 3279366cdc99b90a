import { user } from '@app/contracts';
import { assert } from '@app/kernel';
import {
  actionHandlers,
  type CallContext,
  type HintSubscription,
  type ServiceSchema,
} from '@app/runtime';
import type { Operation } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

/** Runs an effect once per caller and Idempotency-Key; everybody who repeats gets the first answer. */
export type RunOnce = <R>(
  call: CallContext,
  params: unknown,
  execute: (operation: Operation<R>) => Promise<R>,
) => Promise<R>;

interface Deps {
  readonly usecases: Usecases;
  readonly runOnce: RunOnce;
  readonly onHints: readonly HintSubscription[];
}

const userIdOf = ({ caller }: CallContext): string => {
  assert(caller.kind === 'user', 'a route for app users is called by one');
  return caller.userId;
};

/** Contract → use-case, nothing else. */
export const createUserActions = ({ usecases, runOnce, onHints }: Deps): ServiceSchema => {
  const freeze = async ({ id, reason }: { readonly id: string; readonly reason: string }) => {
    await usecases.freezeUser({ userId: id, reason });
    return null;
  };
  const unfreeze = async ({ id }: { readonly id: string }) => {
    await usecases.unfreezeUser({ userId: id });
    return null;
  };
  return actionHandlers(
    user,
    {
      getMe: (_, call) => usecases.getMe({ userId: userIdOf(call) }),
      updateMe: (patch, call) => usecases.updateMe({ userId: userIdOf(call), patch }),
      listMyAddresses: async (_, call) => {
        const items = await usecases.listMyAddresses({ userId: userIdOf(call) });
        return { items: [...items], nextCursor: null };
      },
      createMyAddress: (fields, call) =>
        runOnce(call, fields, (operation) =>
          usecases.createMyAddress({ userId: userIdOf(call), fields, operation }),
        ),
      updateMyAddress: ({ id, ...fields }, call) =>
        usecases.updateMyAddress({ userId: userIdOf(call), addressId: id, fields }),
      deleteMyAddress: async ({ id }, call) => {
        await usecases.deleteMyAddress({ userId: userIdOf(call), addressId: id });
        return null;
      },
      findOrCreateByIdentity: ({ keys }) => usecases.findOrCreateByIdentity({ keys }),
      getProfile: ({ userId }) => usecases.getProfile({ userId }),
      getAddress: (params) => usecases.getAddress(params),
      findWechatOpenid: (params) => usecases.findWechatOpenid(params),
      bindPhone: ({ userId, phone, countryCode }) =>
        usecases.bindPhone({ userId, phone: { countryCode, number: phone } }),
      freezeUser: freeze,
      unfreezeUser: unfreeze,
      freezeAccount: freeze,
      unfreezeAccount: unfreeze,
    },
    { onHints },
  );
};
