import type { wechatCcs } from '@app/contracts';
import type { CredentialKeeper } from '@app/credentials';
import { toRfc3339, type Clock } from '@app/kernel';
import type { Producer } from '@app/queue';
import type { Logger, Part } from '@app/runtime';
import { forcesLeft, tokenSecondsToExpiry } from '../../metrics.ts';
import type { QuotaLedger } from '../../repository.ts';
import type { TokenJournal, TokenUpkeep } from '../../service.ts';

interface Deps {
  readonly schedules: Pick<Producer<typeof wechatCcs.queues.tokenRefresh>, 'every' | 'cease'>;
  readonly keeper: Pick<CredentialKeeper, 'restore' | 'forget' | 'peek'>;
  readonly journal: Pick<TokenJournal, 'lastFailure'>;
  readonly quotas: Pick<QuotaLedger, 'left'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly everyMs: number;
}

/** With a scrape every 15 s and rules looked at every 5 s, an app without a token is noticed within 30 s. */
const MEASURE_EVERY_MS = 2000;
/** The count stands in the database. */
const COUNT_EVERY_MS = 30_000;

/** Below this a token whose refresh fails is an operator's affair: stable ones are due from 280 s. */
const ALARM_BELOW_MS = 280_000;

const scheduleIdOf = (appId: string): string => `refresh-${appId}`;

/** Schedules, memory and gauges for the apps there are; readiness tells when a due refresh fails. */
export const createTokenUpkeep = (deps: Deps): TokenUpkeep & Part => {
  const { schedules, keeper, journal, quotas, clock, logger } = deps;
  let followed: readonly string[] = [];
  let measuring: NodeJS.Timeout | undefined;
  let counting: NodeJS.Timeout | undefined;

  const leftMs = (appId: string): number =>
    Math.max(0, (keeper.peek(appId)?.expiresAtMs ?? 0) - clock.nowMs());

  const measure = (): void => {
    for (const app of followed) tokenSecondsToExpiry.set({ app }, leftMs(app) / 1000);
  };

  const count = async (): Promise<void> => {
    for (const app of followed) {
      try {
        forcesLeft.set({ app }, await quotas.left(app, 'forcedToken'));
      } catch (error) {
        logger.warn({ appId: app, err: error }, 'forced refreshes left could not be read');
      }
    }
  };

  const schedule = async (appId: string): Promise<void> => {
    try {
      await schedules.every(scheduleIdOf(appId), { everyMs: deps.everyMs }, { appId });
    } catch (error) {
      // It is declared all the same, and made as soon as Redis takes it.
      logger.warn({ appId, err: error }, 'schedule of an app could not be made yet');
    }
  };

  const leave = async (appId: string): Promise<void> => {
    keeper.forget(appId);
    tokenSecondsToExpiry.remove(appId);
    forcesLeft.remove(appId);
    try {
      await schedules.cease(scheduleIdOf(appId));
    } catch (error) {
      // Its job looks up the app, finds none, and does nothing.
      logger.warn({ appId, err: error }, 'schedule of an app that is gone could not be taken back');
    }
  };

  return {
    name: 'access tokens',
    async follow(appIds) {
      const gone = followed.filter((appId) => !appIds.includes(appId));
      const added = appIds.filter((appId) => !followed.includes(appId));
      followed = [...appIds];
      for (const appId of added) await schedule(appId);
      for (const appId of gone) await leave(appId);
      await keeper.restore(added);
      measure();
      await count();
    },
    start() {
      measuring = setInterval(measure, MEASURE_EVERY_MS).unref();
      counting = setInterval(() => void count(), COUNT_EVERY_MS).unref();
      return Promise.resolve();
    },
    stop() {
      clearInterval(measuring);
      clearInterval(counting);
      return Promise.resolve();
    },
    check() {
      const problems = followed.flatMap((appId) => {
        const failure = journal.lastFailure(appId);
        // Another node may have been luckier since.
        const isOver = (keeper.peek(appId)?.fetchedAtMs ?? 0) > (failure?.atMs ?? Infinity);
        if (failure === undefined || isOver || leftMs(appId) >= ALARM_BELOW_MS) return [];
        const seconds = Math.floor(leftMs(appId) / 1000);
        const since = toRfc3339(failure.atMs);
        return [`${appId}: ${failure.code} at ${since}, ${seconds} s of the token left`];
      });
      return problems.length === 0
        ? Promise.resolve()
        : Promise.reject(new Error(problems.join('; ')));
    },
  };
};
