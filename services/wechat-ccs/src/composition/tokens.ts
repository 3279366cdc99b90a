import { createAppFollower } from '../service/app/app-follower.ts';
import { createGetAccessToken } from '../usecase/get-access-token.ts';
import { createInvalidateAccessToken } from '../usecase/invalidate-access-token.ts';
import type { Foundation, Group } from './foundation.ts';

/** Access tokens and tickets for whoever may have them. */
export const createTokensGroup = (
  foundation: Foundation,
): Group<'getAccessToken' | 'invalidateAccessToken'> => {
  const { named, tokens, directory, host } = foundation;
  const { upkeep } = tokens;
  const followApps = createAppFollower({ apps: directory, upkeep, logger: host.logger });
  directory.onLook(followApps.look);
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
