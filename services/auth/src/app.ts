import { createDatabase, createHousekeeping, createOutbox, type Database } from '@app/mysql';
import { createRedis } from '@app/redis';
import { instrument, type App, type Host } from '@app/runtime';
import { createAdminUsecases } from './composition/admin.ts';
import { createAuditUsecases } from './composition/audit.ts';
import { createBlockUsecases } from './composition/blocks.ts';
import type { Config } from './config.ts';
import { createMysqlExpiredRows } from './repository/repo/mysql-expired-rows.ts';
import { createMysqlRevocationRepository } from './repository/repo/mysql-revocation-repository.ts';
import { createMysqlSessionRepository } from './repository/repo/mysql-session-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import { createAuthActions } from './service/action/auth-actions.ts';
import { createBroadcastRevocationHints } from './service/client/broadcast-revocation-hints.ts';
import { createUserClient } from './service/client/user-client.ts';
import { createWechatCcsClient } from './service/client/wechat-ccs-client.ts';
import { createOnUserFrozen } from './service/event/on-user-frozen.ts';
import { createPurgeJob } from './service/job/purge-expired.ts';
import { createJwtTokenMint } from './service/token/jwt-token-mint.ts';
import type { Usecases } from './usecase.ts';
import { createBindWechatPhone } from './usecase/bind-wechat-phone.ts';
import { createEndAllMySessions } from './usecase/end-all-my-sessions.ts';
import { createEndMySession } from './usecase/end-my-session.ts';
import { createEndSessionsOfFrozenUser } from './usecase/end-sessions-of-frozen-user.ts';
import { createListMySessions } from './usecase/list-my-sessions.ts';
import { createListRevocations } from './usecase/list-revocations.ts';
import { createLoginWithWechat } from './usecase/login-with-wechat.ts';
import { createLogout } from './usecase/logout.ts';
import { createPurgeExpired } from './usecase/purge-expired.ts';
import { createRefreshTokens } from './usecase/refresh-tokens.ts';

const SERVICE = 'auth';

/** Puts the service together; nothing is connected before the host starts it. */
export const createApp = async (host: Host, config: Config): Promise<App> => {
  const db = createDatabase<Tables>(config, { host, service: SERVICE });
  const redis = createRedis(config, { role: 'queue', host });
  const outbox = createOutbox(db, host);
  const adapters = createAdapters(host, config, { db, outbox });
  const usecases = createUsecases(host, adapters, db);
  return {
    name: SERVICE,
    schemas: [createAuthActions(usecases)],
    stores: [db, redis],
    workers: [
      outbox.relay,
      createHousekeeping(db, host),
      createOnUserFrozen({
        host,
        db,
        hints: adapters.hints,
        endSessions: usecases.endSessionsOfFrozenUser,
      }),
      ...(await createPurgeJob(host, redis, usecases.purgeExpired)),
    ],
  };
};

interface Stores {
  readonly db: Database<Tables>;
  readonly outbox: ReturnType<typeof createOutbox<Tables>>;
}

const createAdapters = (host: Host, config: Config, { db, outbox }: Stores) => ({
  sessions: createMysqlSessionRepository({ db, outbox }),
  revocations: createMysqlRevocationRepository({ db }),
  expired: createMysqlExpiredRows({ db }),
  wechat: createWechatCcsClient(host.call),
  users: createUserClient(host.call),
  mint: createJwtTokenMint({ app: config.jwtSigningKey, admin: config.adminSecret }),
  hints: createBroadcastRevocationHints(host.hint),
  clock: host.clock,
  ids: host.ids,
});

const createUsecases = (
  host: Host,
  adapters: ReturnType<typeof createAdapters>,
  db: Database<Tables>,
): Usecases => {
  const run = <Name extends keyof Usecases>(name: Name, usecase: Usecases[Name]): Usecases[Name] =>
    instrument(host, SERVICE, name, usecase);
  return {
    ...createAdminUsecases(host, { service: SERVICE, db, ...adapters }),
    ...createAuditUsecases(host, { service: SERVICE, db }),
    ...createBlockUsecases(host, { service: SERVICE, db }),
    loginWithWechat: run('loginWithWechat', createLoginWithWechat(adapters)),
    refreshTokens: run('refreshTokens', createRefreshTokens(adapters)),
    logout: run('logout', createLogout(adapters)),
    listMySessions: run('listMySessions', createListMySessions(adapters)),
    endMySession: run('endMySession', createEndMySession(adapters)),
    endAllMySessions: run('endAllMySessions', createEndAllMySessions(adapters)),
    bindWechatPhone: run('bindWechatPhone', createBindWechatPhone(adapters)),
    listRevocations: run('listRevocations', createListRevocations(adapters)),
    endSessionsOfFrozenUser: run(
      'endSessionsOfFrozenUser',
      createEndSessionsOfFrozenUser(adapters),
    ),
    purgeExpired: run('purgeExpired', createPurgeExpired(adapters)),
  };
};
