import { errorCode } from '@app/kernel';
import type { Logger } from '@app/runtime';
import type { FetchMode } from '../../domain/access-token.ts';
import { tokenRefreshes } from '../../metrics.ts';
import type { RefreshJournal } from '../../service.ts';

const outcomeOf = (mode: FetchMode, isNew: boolean): string => {
  if (!isNew) return 'same';
  return mode === 'forced' ? 'forced' : 'new';
};

/** One log line and one count per refresh; never the token. */
export const createRefreshJournal = (logger: Pick<Logger, 'info' | 'warn'>): RefreshJournal => ({
  refreshed(appId, { version, expiresAtMs, forces }, { mode, isNew }) {
    tokenRefreshes.inc({ outcome: outcomeOf(mode, isNew) });
    logger.info(
      { appId, version, expiresAtMs, mode, isNew, forcesOfDay: forces?.count ?? 0 },
      'access token fetched',
    );
  },
  failed(appId, error) {
    tokenRefreshes.inc({ outcome: errorCode(error) ?? 'INTERNAL' });
    logger.warn({ appId, err: error }, 'access token could not be refreshed');
  },
});
