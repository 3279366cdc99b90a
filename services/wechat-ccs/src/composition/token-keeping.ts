import { wechatCcs } from '@app/contracts';
import {
  createCredentialKeeper,
  createRedisCredentialStore,
  createRedisRefreshLease,
} from '@app/credentials';
import type { Clock, Sealer } from '@app/kernel';
import type { Database } from '@app/mysql';
import { createProducer, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import { onHint, type Host, type HintSubscription, type Part } from '@app/runtime';
import { tokenRules } from '../domain/access-token.ts';
import { createMysqlForceMarks } from '../repository/repo/mysql-force-marks.ts';
import type { Tables } from '../repository/repo/tables.ts';
import type { AppDirectory, QuotaLedger, RefreshReports, TokenStates } from '../repository.ts';
import type {
  TokenImporter,
  TokenJournal,
  TokenKeeper,
  TokenUpkeep,
  WechatClient,
} from '../service.ts';
import { createRefreshTokenJob } from '../service/job/refresh-token.ts';
import { createAccessTokenSource } from '../service/token/access-token-source.ts';
import { createForceGovernor } from '../service/token/force-governor.ts';
import { createReportingJournal } from '../service/token/reporting-journal.ts';
import { createTokenImporter } from '../service/token/token-importer.ts';
import { createTokenJournal } from '../service/token/token-journal.ts';
import { createTokenKeeper } from '../service/token/token-keeper.ts';
import { createTokenUpkeep } from '../service/token/token-upkeep.ts';

/** A refresh, forced after a normal one when need be: below what reporters of a bad token wait (8 s). */
const REFRESH_BUDGET_MS = 7000;

/** How often the schedule looks whether a token is due; due ones have at least 220 s to live. */
const LOOK_EVERY_MS = 60_000;

export interface TokenKeeping {
  readonly keeper: TokenKeeper;
  readonly upkeep: TokenUpkeep;
  readonly journal: TokenJournal;
  readonly states: TokenStates;
  readonly importer: TokenImporter;
  readonly workers: readonly Part[];
  readonly onHints: readonly HintSubscription[];
}

interface Needs {
  readonly host: Host;
  readonly sealer: Sealer;
  readonly redis: RedisPart;
  readonly db: Database<Tables>;
  readonly wechat: WechatClient;
  readonly clock: Clock;
  readonly apps: AppDirectory;
  readonly quotas: QuotaLedger;
  readonly reports: RefreshReports;
}

/** What a keeper and an import share, so that neither can overwrite what the other stored. */
const createShelf = ({ host, sealer, redis }: Needs) => {
  const names = { service: wechatCcs.name, noun: 'access-token' };
  return {
    name: names.noun,
    store: createRedisCredentialStore({ ...names, redis, sealer }),
    lease: createRedisRefreshLease({ ...names, redis }),
    hints: {
      changed: (appId: string, version: number) =>
        host.hint(wechatCcs.hints.tokenChanged, { appId, version }),
    },
  };
};

const createKeeper = (
  needs: Needs,
  shelf: ReturnType<typeof createShelf>,
  journal: TokenJournal,
) => {
  const { host, db, wechat, clock, apps, quotas } = needs;
  const governor = createForceGovernor({ marks: createMysqlForceMarks(db), quotas, clock });
  return createCredentialKeeper({
    ...shelf,
    source: createAccessTokenSource({ apps, wechat, governor, quotas, journal, clock }),
    journal,
    // Memory may be asked about an app that was disabled a moment ago.
    rules: (appId) => tokenRules[apps.find(appId)?.tokenKind ?? 'stable'],
    clock,
    logger: host.logger,
    budgetMs: REFRESH_BUDGET_MS,
  });
};

/** Access tokens: kept in Redis and in memory, fetched ahead of their end whether anybody asks or not. */
export const createTokenKeeping = (needs: Needs): TokenKeeping => {
  const { host, redis, clock, apps, quotas, reports } = needs;
  const { logger } = host;
  const { tokenRefresh } = wechatCcs.queues;
  const told = createTokenJournal({ logger, clock });
  const journal = createReportingJournal({ journal: told, reports, clock, logger });
  const shelf = createShelf(needs);
  const keeper = createKeeper(needs, shelf, journal);
  const schedules = createProducer(host, redis, tokenRefresh);
  const upkeep = createTokenUpkeep({
    schedules,
    keeper,
    journal,
    quotas,
    clock,
    logger,
    everyMs: LOOK_EVERY_MS,
  });
  const job = createRefreshTokenJob({ apps, keeper });
  return {
    keeper: createTokenKeeper(keeper),
    upkeep,
    journal,
    states: shelf.store,
    importer: createTokenImporter(shelf),
    workers: [keeper, schedules, createWorker(host, redis, tokenRefresh, job), upkeep],
    onHints: [
      onHint(wechatCcs.hints.tokenChanged, ({ appId, version }) => keeper.heard(appId, version)),
    ],
  };
};
