import { auth } from '@app/contracts';
import { assert } from '@app/kernel';
import { actionHandlers, type CallContext, type ServiceSchema } from '@app/runtime';
import type { SignedIn, Usecases } from '../../usecase.ts';
import { adminHandlers } from './admin-actions.ts';
import { auditHandlers } from './audit-actions.ts';
import { blockHandlers } from './block-actions.ts';

const signedIn = ({ caller }: CallContext): SignedIn => {
  assert(caller.kind === 'user', 'a route for app users is called by one');
  return { userId: caller.userId, sessionId: caller.sessionId };
};

/** Contract → use-case, nothing else. */
export const createAuthActions = (usecases: Usecases): ServiceSchema =>
  actionHandlers(auth, {
    ...adminHandlers(usecases),
    ...auditHandlers(usecases),
    ...blockHandlers(usecases),
    loginWithWechat: ({ code }, { userAgent }) => usecases.loginWithWechat({ code, userAgent }),
    refreshTokens: ({ refreshToken }, { userAgent }) =>
      usecases.refreshTokens({ refreshToken, userAgent }),
    logout: async (_, call) => {
      await usecases.logout(signedIn(call));
      return null;
    },
    listMySessions: async (_, call) => {
      const items = await usecases.listMySessions(signedIn(call));
      return { items: [...items], nextCursor: null };
    },
    endMySession: async ({ id }, call) => {
      await usecases.endMySession({ userId: signedIn(call).userId, sessionId: id });
      return null;
    },
    endAllMySessions: async (_, call) => {
      await usecases.endAllMySessions({ userId: signedIn(call).userId });
      return null;
    },
    bindWechatPhone: ({ code }, call) =>
      usecases.bindWechatPhone({ userId: signedIn(call).userId, code }),
    listRevocations: (query) => usecases.listRevocations(query),
  });
