import { createSealer, type Clock } from '@app/kernel';
import { wechatCcs } from '@app/contracts';
import { createDatabase, createHousekeeping, createOutbox } from '@app/mysql';
import { createRedis } from '@app/redis';
import { createUpstream, instrument, type App, type Host, type Part } from '@app/runtime';
import { createAppsGroup } from './composition/apps.ts';
import { createCallsGroup } from './composition/calls.ts';
import type { Foundation } from './composition/foundation.ts';
import { createLoginGroup } from './composition/login.ts';
import { createMessagesGroup } from './composition/messages.ts';
import { createPushGroup } from './composition/push.ts';
import { createShippingGroup } from './composition/shipping.ts';
import { createTicketsGroup } from './composition/tickets.ts';
import { createTokensGroup } from './composition/tokens.ts';
import type { Config } from './config.ts';
import type { BaseApp } from './domain/app-registry.ts';
import { createAppDirectory } from './repository/app-directory.ts';
import { createRedisAccessTokenStore } from './repository/cache/redis-access-token-store.ts';
import { createRedisRefreshLock } from './repository/cache/redis-refresh-lock.ts';
import { createRedisRefreshReports } from './repository/cache/redis-refresh-reports.ts';
import { createMysqlAppRepository } from './repository/repo/mysql-app-repository.ts';
import { createMysqlQuotaLedger } from './repository/repo/mysql-quota-ledger.ts';
import { createMysqlSessionKeyRepository } from './repository/repo/mysql-session-key-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import type { TokenHints } from './service.ts';
import { createWechatCcsActions } from './service/action/wechat-ccs-actions.ts';
import { createWechatApi } from './service/client/wechat-api.ts';
import { createWechatClient } from './service/client/wechat-client.ts';
import { createRefreshAccessToken } from './service/token/refresh-access-token.ts';
import { createRefreshJournal } from './service/token/refresh-journal.ts';
import { createReportingJournal } from './service/token/reporting-journal.ts';
import { createSharedWork } from './service/token/shared-work.ts';
import { createTokenKeeper } from './service/token/token-keeper.ts';

const SERVICE = wechatCcs.name;

/** A refresh, forced after a normal one when need be: below what reporters of a bad token wait (8 s). */
const REFRESH_BUDGET_MS = 7000;

/** What tests put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
}

const basesOf = (config: Config): readonly BaseApp[] => {
  const { wxmpAppId, wxmpAppSecret, wxoaAppId, wxoaAppSecret } = config;
  const miniProgram: BaseApp = {
    appId: wxmpAppId,
    kind: 'mini_program',
    tokenKind: 'stable',
    secret: wxmpAppSecret,
  };
  if (wxoaAppId === undefined || wxoaAppSecret === undefined) return [miniProgram];
  const officialAccount: BaseApp = {
    appId: wxoaAppId,
    kind: 'official_account',
    tokenKind: 'stable',
    secret: wxoaAppSecret,
  };
  return [miniProgram, officialAccount];
};

/** The service can be called only when it knows its apps. */
const withApps = (db: Part, load: () => Promise<void>): Part => ({
  ...db,
  async start() {
    await db.start();
    await load();
  },
});

/** Builds the service on a host; nothing connects before the host starts. */
export const createApp = (host: Host, config: Config, overrides: Overrides = {}): App => {
  const { foundation, workers } = createFoundation(host, config, overrides);
  const groups = [
    createLoginGroup(foundation),
    createTokensGroup(foundation),
    createTicketsGroup(foundation),
    createAppsGroup(foundation),
    createCallsGroup(foundation),
    createMessagesGroup(foundation),
    createShippingGroup(foundation),
    createPushGroup(foundation),
  ] as const;
  const [login, tokens, tickets, apps, calls, messages, shipping, push] = groups;
  const all: readonly Pick<(typeof groups)[number], 'workers' | 'onHints'>[] = groups;
  return {
    name: SERVICE,
    schemas: [
      createWechatCcsActions(
        {
          ...login.handlers,
          ...tokens.handlers,
          ...tickets.handlers,
          ...apps.handlers,
          ...calls.handlers,
          ...messages.handlers,
          ...shipping.handlers,
          ...push.handlers,
        },
        all.flatMap(({ onHints = [] }) => onHints),
      ),
    ],
    stores: [foundation.redis, withApps(foundation.db, () => foundation.directory.reload())],
    workers: [...workers, ...all.flatMap(({ workers: own = [] }) => own)],
  };
};

const createFoundation = (
  host: Host,
  config: Config,
  overrides: Overrides,
): { readonly foundation: Foundation; readonly workers: readonly Part[] } => {
  const clock = overrides.clock ?? host.clock;
  const sealer = createSealer(config.dataKeys);
  const redis = createRedis(config, { role: 'queue', host });
  const db = createDatabase<Tables>(config, { host, service: SERVICE });
  const outbox = createOutbox(db, host);

  const appRows = createMysqlAppRepository({ db, sealer, clock });
  const directory = createAppDirectory({
    bases: basesOf(config),
    rows: appRows,
    logger: host.logger,
  });
  const upstream = createUpstream({
    name: 'wechat',
    baseUrl: config.wxApiBase,
    timeoutMs: config.wxTimeoutMs,
  });
  const wechat = createWechatClient({ upstream, secretOf: (appId) => directory.secretOf(appId) });
  const quotas = createMysqlQuotaLedger({ db, clock });
  const tokens = createRedisAccessTokenStore({ redis, sealer });
  const reports = createRedisRefreshReports(redis);
  const { keeper, shared } = createKeeper({ host, redis, wechat, clock, tokens, reports });

  return {
    foundation: {
      host,
      config,
      clock,
      ids: host.ids,
      sealer,
      redis,
      db,
      outbox,
      apps: directory,
      directory,
      appRows,
      tokens,
      reports,
      sessionKeys: createMysqlSessionKeyRepository({ db, sealer }),
      quotas,
      keeper,
      upstream,
      wechat,
      api: createWechatApi({ upstream, keeper, quotas }),
      named: (name, usecase) => instrument(host, SERVICE, name, usecase),
    },
    workers: [shared, outbox.relay, createHousekeeping(db, host)],
  };
};

const createKeeper = ({
  host,
  redis,
  wechat,
  clock,
  tokens,
  reports,
}: Pick<Foundation, 'host' | 'redis' | 'wechat' | 'clock' | 'tokens' | 'reports'>) => {
  const { logger } = host;
  const lock = createRedisRefreshLock(redis);
  const journal = createReportingJournal({
    journal: createRefreshJournal(logger),
    reports,
    clock,
    logger,
  });
  const hints: TokenHints = {
    changed: (appId, version) => host.hint(wechatCcs.hints.tokenChanged, { appId, version }),
  };
  const shared = createSharedWork({ logger: host.logger, budgetMs: REFRESH_BUDGET_MS });
  const refresh = createRefreshAccessToken({ tokens, lock, wechat, hints, journal, clock });
  return { keeper: createTokenKeeper({ tokens, shared, refresh, clock }), shared };
};
