import { assert, createSealer, type Clock } from '@app/kernel';
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
import { createTokensGroup } from './composition/tokens.ts';
import type { Config } from './config.ts';
import type { WechatApp } from './domain/wechat-app.ts';
import { createRedisAccessTokenStore } from './repository/cache/redis-access-token-store.ts';
import { createRedisRefreshLock } from './repository/cache/redis-refresh-lock.ts';
import { createConfiguredApps } from './repository/configured-apps.ts';
import { createMysqlQuotaLedger } from './repository/repo/mysql-quota-ledger.ts';
import { createMysqlSessionKeyRepository } from './repository/repo/mysql-session-key-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import type { TokenHints } from './service.ts';
import { createWechatCcsActions } from './service/action/wechat-ccs-actions.ts';
import { createWechatApi } from './service/client/wechat-api.ts';
import { createWechatClient } from './service/client/wechat-client.ts';
import { createRefreshAccessToken } from './service/token/refresh-access-token.ts';
import { createRefreshJournal } from './service/token/refresh-journal.ts';
import { createSharedWork } from './service/token/shared-work.ts';
import { createTokenKeeper } from './service/token/token-keeper.ts';

const SERVICE = wechatCcs.name;

/** A refresh, forced after a normal one when need be: below what reporters of a bad token wait (8 s). */
const REFRESH_BUDGET_MS = 7000;

/** What tests put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
}

interface Account {
  readonly app: WechatApp;
  readonly secret: string;
}

const accountsOf = (config: Config): readonly Account[] => {
  const { wxmpAppId, wxmpAppSecret, wxoaAppId, wxoaAppSecret } = config;
  const miniProgram: Account = {
    app: { appId: wxmpAppId, kind: 'mini_program' },
    secret: wxmpAppSecret,
  };
  if (wxoaAppId === undefined || wxoaAppSecret === undefined) return [miniProgram];
  return [
    miniProgram,
    { app: { appId: wxoaAppId, kind: 'official_account' }, secret: wxoaAppSecret },
  ];
};

const secretsOf = (accounts: readonly Account[]) => {
  const secrets = new Map(accounts.map(({ app, secret }) => [app.appId, secret]));
  return (appId: string): string => {
    const secret = secrets.get(appId);
    assert(secret !== undefined, `the app ${appId} was looked up before its secret is needed`);
    return secret;
  };
};

/** Builds the service on a host; nothing connects before the host starts. */
export const createApp = (host: Host, config: Config, overrides: Overrides = {}): App => {
  const { foundation, workers } = createFoundation(host, config, overrides);
  const groups = [
    createLoginGroup(foundation),
    createTokensGroup(foundation),
    createAppsGroup(foundation),
    createCallsGroup(foundation),
    createMessagesGroup(foundation),
    createShippingGroup(foundation),
    createPushGroup(foundation),
  ] as const;
  const [login, tokens, apps, calls, messages, shipping, push] = groups;
  const all: readonly Pick<(typeof groups)[number], 'workers' | 'onHints'>[] = groups;
  return {
    name: SERVICE,
    schemas: [
      createWechatCcsActions(
        {
          ...login.handlers,
          ...tokens.handlers,
          ...apps.handlers,
          ...calls.handlers,
          ...messages.handlers,
          ...shipping.handlers,
          ...push.handlers,
        },
        all.flatMap(({ onHints = [] }) => onHints),
      ),
    ],
    stores: [foundation.redis, foundation.db],
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

  const accounts = accountsOf(config);
  const apps = createConfiguredApps(accounts.map(({ app }) => app));
  const upstream = createUpstream({
    name: 'wechat',
    baseUrl: config.wxApiBase,
    timeoutMs: config.wxTimeoutMs,
  });
  const wechat = createWechatClient({ upstream, secretOf: secretsOf(accounts) });
  const quotas = createMysqlQuotaLedger({ db, clock });
  const { keeper, shared } = createKeeper({ host, sealer, redis, wechat, clock });

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
      apps,
      sessionKeys: createMysqlSessionKeyRepository({ db, sealer }),
      quotas,
      keeper,
      wechat,
      api: createWechatApi({ upstream, keeper, quotas }),
      named: (name, usecase) => instrument(host, SERVICE, name, usecase),
    },
    workers: [shared, outbox.relay, createHousekeeping(db, host)],
  };
};

const createKeeper = ({
  host,
  sealer,
  redis,
  wechat,
  clock,
}: Pick<Foundation, 'host' | 'sealer' | 'redis' | 'wechat' | 'clock'>) => {
  const tokens = createRedisAccessTokenStore({ redis, sealer });
  const lock = createRedisRefreshLock(redis);
  const journal = createRefreshJournal(host.logger);
  const hints: TokenHints = {
    changed: (appId, version) => host.hint(wechatCcs.hints.tokenChanged, { appId, version }),
  };
  const shared = createSharedWork({ logger: host.logger, budgetMs: REFRESH_BUDGET_MS });
  const refresh = createRefreshAccessToken({ tokens, lock, wechat, hints, journal, clock });
  return { keeper: createTokenKeeper({ tokens, shared, refresh, clock }), shared };
};
