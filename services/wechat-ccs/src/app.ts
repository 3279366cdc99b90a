import { assert, createSealer, type Clock } from '@app/kernel';
import { wechatCcs } from '@app/contracts';
import { createDatabase, createHousekeeping, createOutbox } from '@app/mysql';
import { createRedis } from '@app/redis';
import { createUpstream, instrument, type App, type Host } from '@app/runtime';
import { createAppsGroup } from './composition/apps.ts';
import { createCallsGroup } from './composition/calls.ts';
import type { Foundation } from './composition/foundation.ts';
import { createLoginGroup } from './composition/login.ts';
import { createMessagesGroup } from './composition/messages.ts';
import { createPushGroup } from './composition/push.ts';
import { createShippingGroup } from './composition/shipping.ts';
import { createTokenKeeping } from './composition/token-keeping.ts';
import { createTokensGroup } from './composition/tokens.ts';
import type { Config } from './config.ts';
import type { WechatApp } from './domain/wechat-app.ts';
import { createConfiguredApps } from './repository/configured-apps.ts';
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

interface Account {
  readonly app: WechatApp;
  readonly secret: string;
}

const accountsOf = (config: Config): readonly Account[] => {
  const { wxmpAppId, wxmpAppSecret, wxmpTokenKind } = config;
  const { wxoaAppId, wxoaAppSecret, wxoaTokenKind } = config;
  const miniProgram: Account = {
    app: { appId: wxmpAppId, kind: 'mini_program', tokenKind: wxmpTokenKind },
    secret: wxmpAppSecret,
  };
  if (wxoaAppId === undefined || wxoaAppSecret === undefined) return [miniProgram];
  const app = { appId: wxoaAppId, kind: 'official_account', tokenKind: wxoaTokenKind } as const;
  return [miniProgram, { app, secret: wxoaAppSecret }];
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
  const foundation = createFoundation(host, config, overrides);
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

  const accounts = accountsOf(config);
  const apps = createConfiguredApps(accounts.map(({ app }) => app));
  const upstreamAt = (name: string) =>
    createUpstream({ name, baseUrl: config.wxApiBase, timeoutMs: config.wxTimeoutMs });
  const upstream = upstreamAt('wechat');
  const wechat = createWechatClient({
    upstream,
    tokenUpstream: upstreamAt('wechat-token'),
    secretOf: secretsOf(accounts),
  });
  const quotas = createMysqlQuotaLedger({ db, clock });
  const tokens = createTokenKeeping({ host, sealer, redis, db, wechat, clock, apps, quotas });

  return {
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
    tokens,
    keeper: tokens.keeper,
    wechat,
    api: createWechatApi({ upstream, keeper: tokens.keeper, quotas }),
    named: (name, usecase) => instrument(host, SERVICE, name, usecase),
  };
};
