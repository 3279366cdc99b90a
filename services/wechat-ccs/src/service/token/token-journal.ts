import { errorCode, type Clock } from '@app/kernel';
import type { Logger } from '@app/runtime';
import { refreshFailures, tokenRefreshes } from '../../metrics.ts';
import type { TokenJournal } from '../../service.ts';

interface Deps {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly clock: Clock;
}

/** One log line and one count per refresh; never the token. */
export const createTokenJournal = ({ logger, clock }: Deps): TokenJournal => {
  const failures = new Map<string, { readonly code: string; readonly atMs: number }>();
  return {
    refreshed(appId, { version, expiresAtMs }, { mode, reason, isNew }) {
      failures.delete(appId);
      tokenRefreshes.inc({ outcome: isNew ? 'new' : 'same', mode });
      logger.info({ appId, version, expiresAtMs, mode, reason, isNew }, 'access token fetched');
    },
    failed(appId, error) {
      const code = errorCode(error) ?? 'INTERNAL';
      failures.set(appId, { code, atMs: clock.nowMs() });
      refreshFailures.inc({ app: appId, code });
      logger.warn({ appId, err: error }, 'access token could not be refreshed');
    },
    forceRefused(appId, error) {
      refreshFailures.inc({ app: appId, code: errorCode(error) ?? 'INTERNAL' });
      logger.warn({ appId, err: error }, 'access token is reported as bad and may not be forced');
    },
    uncounted(appId, error) {
      logger.warn({ appId, err: error }, 'access token is fetched without being counted');
    },
    lastFailure: (appId) => failures.get(appId),
  };
};
