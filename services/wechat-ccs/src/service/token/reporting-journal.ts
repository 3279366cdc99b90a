import { errorCode, type Clock } from '@app/kernel';
import type { Logger } from '@app/runtime';
import { refusalOf } from '../../errors.ts';
import type { RefreshReports } from '../../repository.ts';
import type { TokenJournal } from '../../service.ts';

interface Deps {
  readonly journal: TokenJournal;
  readonly reports: RefreshReports;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Keeps the outcome where admins on any node find it; a refresh does not wait for that. */
export const createReportingJournal = ({ journal, reports, clock, logger }: Deps): TokenJournal => {
  const keep = (appId: string, work: Promise<void>): void => {
    work.catch((error: unknown) => {
      logger.warn({ appId, err: error }, 'the outcome of a refresh could not be kept');
    });
  };
  return {
    ...journal,
    refreshed(appId, token, detail) {
      journal.refreshed(appId, token, detail);
      keep(appId, reports.succeeded(appId, clock.nowMs()));
    },
    failed(appId, error) {
      journal.failed(appId, error);
      const failure = { code: errorCode(error) ?? 'INTERNAL', ...refusalOf(error) };
      keep(appId, reports.failed(appId, { ...failure, atMs: clock.nowMs() }));
    },
  };
};
