import type { Part } from '@app/runtime';
import { createGetAccessToken } from '../usecase/get-access-token.ts';
import { createInvalidateAccessToken } from '../usecase/invalidate-access-token.ts';
import type { Foundation, Group } from './foundation.ts';

/** Access tokens and tickets for whoever may have them. */
export const createTokensGroup = (
  foundation: Foundation,
): Group<'getAccessToken' | 'invalidateAccessToken'> => {
  const { named, tokens, apps } = foundation;
  const followApps: Part = {
    name: 'apps whose tokens are kept',
    start: () => tokens.upkeep.follow(apps.list().map(({ appId }) => appId)),
    stop: () => Promise.resolve(),
  };
  return {
    handlers: {
      getAccessToken: named('getAccessToken', createGetAccessToken(foundation)),
      invalidateAccessToken: named(
        'invalidateAccessToken',
        createInvalidateAccessToken(foundation),
      ),
    },
    workers: [...tokens.workers, followApps],
    onHints: tokens.onHints,
  };
};
