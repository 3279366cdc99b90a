import { createGetAccessToken } from '../usecase/get-access-token.ts';
import { createInvalidateAccessToken } from '../usecase/invalidate-access-token.ts';
import type { Foundation, Group } from './foundation.ts';

/** Access tokens and tickets for whoever may have them. */
export const createTokensGroup = (
  foundation: Foundation,
): Group<'getAccessToken' | 'invalidateAccessToken'> => {
  const { named } = foundation;
  return {
    handlers: {
      getAccessToken: named('getAccessToken', createGetAccessToken(foundation)),
      invalidateAccessToken: named(
        'invalidateAccessToken',
        createInvalidateAccessToken(foundation),
      ),
    },
  };
};
