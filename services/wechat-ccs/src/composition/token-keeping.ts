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
import type { AppDirectory, QuotaLedger } from '../repository.ts';
import type { TokenJournal, TokenKeeper, TokenUpkeep, WechatClient } from '../service.ts';
import { createRefreshTokenJob } from '../service/job/refresh-token.ts';
import { createAccessTokenSource } from '../service/token/access-token-source.ts';
import { createForceGovernor } from '../service/token/force-governor.ts';
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
}

const createKeeper = (needs: Needs, journal: TokenJournal) => {
  const { host, sealer, redis, db, wechat, clock, apps, quotas } = needs;
  const names = { service: wechatCcs.name, noun: 'access-token' };
  const governor = createForceGovernor({ marks: createMysqlForceMarks(db), quotas, clock });
  return createCredentialKeeper({
    name: names.noun,
    store: createRedisCredentialStore({ ...names, redis, sealer }),
    lease: createRedisRefreshLease({ ...names, redis }),
    source: createAccessTokenSource({ apps, wechat, governor, quotas, journal, clock }),
    hints: {
      changed: (appId, version) => host.hint(wechatCcs.hints.tokenChanged, { appId, version }),
    },
    journal,
    rules: (appId) => tokenRules[apps.get(appId).tokenKind],
    clock,
    logger: host.logger,
    budgetMs: REFRESH_BUDGET_MS,
  });
};

/** Access tokens: kept in Redis and in memory, fetched ahead of their end whether anybody asks or not. */
export const createTokenKeeping = (needs: Needs): TokenKeeping => {
  const { host, redis, clock, apps, quotas } = needs;
  const { tokenRefresh } = wechatCcs.queues;
  const journal = createTokenJournal({ logger: host.logger, clock });
  const keeper = createKeeper(needs, journal);
  const schedules = createProducer(host, redis, tokenRefresh);
  const upkeep = createTokenUpkeep({
    schedules,
    keeper,
    journal,
    quotas,
    clock,
    logger: host.logger,
    everyMs: LOOK_EVERY_MS,
  });
  const job = createRefreshTokenJob({ apps, keeper });
  return {
    keeper: createTokenKeeper(keeper),
    upkeep,
    journal,
    workers: [keeper, schedules, createWorker(host, redis, tokenRefresh, job), upkeep],
    onHints: [
      onHint(wechatCcs.hints.tokenChanged, ({ appId, version }) => keeper.heard(appId, version)),
    ],
  };
};
