import { assert, createSealer, type Clock } from '@app/kernel';
import { wechatCcs } from '@app/contracts';
import { createDatabase } from '@app/mysql';
import { createRedis } from '@app/redis';
import { createUpstream, instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import type { WechatApp } from './domain/wechat-app.ts';
import { createRedisAccessTokenStore } from './repository/cache/redis-access-token-store.ts';
import { createRedisRefreshLock } from './repository/cache/redis-refresh-lock.ts';
import { createConfiguredApps } from './repository/configured-apps.ts';
import { createMysqlSessionKeyRepository } from './repository/repo/mysql-session-key-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import type { TokenHints } from './service.ts';
import { createWechatCcsActions } from './service/action/wechat-ccs-actions.ts';
import { createWechatClient } from './service/client/wechat-client.ts';
import { createRefreshAccessToken } from './service/token/refresh-access-token.ts';
import { createRefreshJournal } from './service/token/refresh-journal.ts';
import { createSharedWork } from './service/token/shared-work.ts';
import { createTokenKeeper } from './service/token/token-keeper.ts';
import type { Usecases } from './usecase.ts';
import { createExchangeLoginCode } from './usecase/exchange-login-code.ts';
import { createExchangePhoneCode } from './usecase/exchange-phone-code.ts';
import { createGetAccessToken } from './usecase/get-access-token.ts';
import { createInvalidateAccessToken } from './usecase/invalidate-access-token.ts';

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

const createClient = (config: Config, accounts: readonly Account[]) => {
  const secrets = new Map(accounts.map(({ app, secret }) => [app.appId, secret]));
  return createWechatClient({
    upstream: createUpstream({
      name: 'wechat',
      baseUrl: config.wxApiBase,
      timeoutMs: config.wxTimeoutMs,
    }),
    secretOf(appId) {
      const secret = secrets.get(appId);
      assert(secret !== undefined, `the app ${appId} was looked up before its secret is needed`);
      return secret;
    },
  });
};

/** Builds the service on a host; nothing connects before the host starts. */
export const createApp = (host: Host, config: Config, overrides: Overrides = {}): App => {
  const clock = overrides.clock ?? host.clock;
  const sealer = createSealer(config.dataKeys);
  const redis = createRedis(config, { role: 'queue', host });
  const db = createDatabase<Tables>(config, { host, service: SERVICE });

  const accounts = accountsOf(config);
  const apps = createConfiguredApps(accounts.map(({ app }) => app));
  const wechat = createClient(config, accounts);
  const sessionKeys = createMysqlSessionKeyRepository({ db, sealer });
  const tokens = createRedisAccessTokenStore({ redis, sealer });
  const lock = createRedisRefreshLock(redis);
  const journal = createRefreshJournal(host.logger);
  const hints: TokenHints = {
    changed: (appId, version) => host.hint(wechatCcs.hints.tokenChanged, { appId, version }),
  };
  const shared = createSharedWork({ logger: host.logger, budgetMs: REFRESH_BUDGET_MS });
  const refresh = createRefreshAccessToken({ tokens, lock, wechat, hints, journal, clock });
  const keeper = createTokenKeeper({ tokens, shared, refresh, clock });

  const named = <K extends keyof Usecases>(name: K, usecase: Usecases[K]): Usecases[K] =>
    instrument(host, SERVICE, name, usecase);
  const usecases: Usecases = {
    exchangeLoginCode: named(
      'exchangeLoginCode',
      createExchangeLoginCode({ apps, wechat, sessionKeys, clock }),
    ),
    exchangePhoneCode: named(
      'exchangePhoneCode',
      createExchangePhoneCode({ apps, keeper, wechat }),
    ),
    getAccessToken: named('getAccessToken', createGetAccessToken({ apps, keeper })),
    invalidateAccessToken: named(
      'invalidateAccessToken',
      createInvalidateAccessToken({ apps, keeper }),
    ),
  };

  return {
    name: SERVICE,
    schemas: [createWechatCcsActions(usecases)],
    stores: [redis, db],
    workers: [shared],
  };
};
