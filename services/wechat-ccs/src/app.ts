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
import { createTokenKeeping } from './composition/token-keeping.ts';
import { createTokensGroup } from './composition/tokens.ts';
import type { Config } from './config.ts';
import type { BaseApp } from './domain/app-registry.ts';
import { createAppDirectory } from './repository/app-directory.ts';
import { createRedisRefreshReports } from './repository/cache/redis-refresh-reports.ts';
import { createMysqlAppRepository } from './repository/repo/mysql-app-repository.ts';
import { createMysqlQuotaLedger } from './repository/repo/mysql-quota-ledger.ts';
import { createMysqlSessionKeyRepository } from './repository/repo/mysql-session-key-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import { createWechatCcsActions } from './service/action/wechat-ccs-actions.ts';
import { createWechatApi } from './service/client/wechat-api.ts';
import { createWechatClient } from './service/client/wechat-client.ts';

const SERVICE = wechatCcs.name;

/** What tests put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
}

const basesOf = (config: Config): readonly BaseApp[] => {
  const { wxmpAppId, wxmpAppSecret, wxmpTokenKind } = config;
  const { wxoaAppId, wxoaAppSecret, wxoaTokenKind } = config;
  const miniProgram: BaseApp = {
    appId: wxmpAppId,
    kind: 'mini_program',
    tokenKind: wxmpTokenKind,
    secret: wxmpAppSecret,
  };
  if (wxoaAppId === undefined || wxoaAppSecret === undefined) return [miniProgram];
  const officialAccount: BaseApp = {
    appId: wxoaAppId,
    kind: 'official_account',
    tokenKind: wxoaTokenKind,
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
  const foundation = createFoundation(host, config, overrides);
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
    workers: [
      foundation.outbox.relay,
      createHousekeeping(foundation.db, host),
      ...all.flatMap(({ workers = [] }) => workers),
    ],
  };
};

const createFoundation = (host: Host, config: Config, overrides: Overrides): Foundation => {
  const clock = overrides.clock ?? host.clock;
  const sealer = createSealer(config.dataKeys);
  const redis = createRedis(config, { role: 'queue', host });
  const db = createDatabase<Tables>(config, { host, service: SERVICE });
  const outbox = createOutbox(db, host);

  const appRows = createMysqlAppRepository({ db, sealer, clock });
  const { logger } = host;
  const directory = createAppDirectory({ bases: basesOf(config), rows: appRows, logger });
  const upstreamAt = (name: string) =>
    createUpstream({ name, baseUrl: config.wxApiBase, timeoutMs: config.wxTimeoutMs });
  const upstream = upstreamAt('wechat');
  const wechat = createWechatClient({
    upstream,
    tokenUpstream: upstreamAt('wechat-token'),
    secretOf: (appId) => directory.secretOf(appId),
  });
  const quotas = createMysqlQuotaLedger({ db, clock });
  const reports = createRedisRefreshReports(redis);
  const tokens = createTokenKeeping({
    host,
    sealer,
    redis,
    db,
    wechat,
    clock,
    apps: directory,
    quotas,
    reports,
  });

  return {
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
    reports,
    sessionKeys: createMysqlSessionKeyRepository({ db, sealer }),
    quotas,
    tokens,
    keeper: tokens.keeper,
    upstream,
    wechat,
    api: createWechatApi({ upstream, keeper: tokens.keeper, quotas }),
    named: (name, usecase) => instrument(host, SERVICE, name, usecase),
  };
};
