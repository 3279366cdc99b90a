import { createBlindIndex, createSealer } from '@app/kernel';
import {
  createDatabase,
  createHousekeeping,
  createIdempotency,
  createOutbox,
  type Database,
} from '@app/mysql';
import { createRedis } from '@app/redis';
import { instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import { reencryptProgress } from './metrics.ts';
import {
  createCoherentProfileCache,
  type InvalidatedProfileCache,
} from './repository/cache/coherent-profile-cache.ts';
import { createMysqlAddressRepository } from './repository/repo/mysql-address-repository.ts';
import { createMysqlIdentityRepository } from './repository/repo/mysql-identity-repository.ts';
import { createMysqlProfileSource } from './repository/repo/mysql-profile-source.ts';
import { createMysqlSealedRows } from './repository/repo/mysql-sealed-rows.ts';
import { createMysqlUserRepository } from './repository/repo/mysql-user-repository.ts';
import { createPersonalData } from './repository/repo/personal-data.ts';
import type { Tables } from './repository/repo/tables.ts';
import { createUserActions } from './service/action/user-actions.ts';
import { createBroadcastProfileHints } from './service/client/broadcast-profile-hints.ts';
import { onProfileChanged } from './service/event/on-profile-changed.ts';
import { createReencryptJob } from './service/job/reencrypt-personal-data.ts';
import { createPendingRowsWatch } from './service/job/watch-pending-rows.ts';
import type { Usecases } from './usecase.ts';
import { createBindPhone } from './usecase/bind-phone.ts';
import { createCreateMyAddress } from './usecase/create-my-address.ts';
import { createDeleteMyAddress } from './usecase/delete-my-address.ts';
import { createFindOrCreateByIdentity } from './usecase/find-or-create-by-identity.ts';
import { createFreezeUser } from './usecase/freeze-user.ts';
import { createFindWechatOpenid } from './usecase/find-wechat-openid.ts';
import { createGetAddress } from './usecase/get-address.ts';
import { createGetMe } from './usecase/get-me.ts';
import { createGetProfile } from './usecase/get-profile.ts';
import { createListMyAddresses } from './usecase/list-my-addresses.ts';
import { createReencryptPersonalData } from './usecase/reencrypt-personal-data.ts';
import { createUnfreezeUser } from './usecase/unfreeze-user.ts';
import { createUpdateMe } from './usecase/update-me.ts';
import { createUpdateMyAddress } from './usecase/update-my-address.ts';

const SERVICE = 'user';

/** Puts the service together; nothing is connected before the host starts it. */
export const createApp = async (host: Host, config: Config): Promise<App> => {
  const db = createDatabase<Tables>(config, { host, service: SERVICE });
  const redis = createRedis(config, { role: 'queue', host });
  const outbox = createOutbox(db, host);
  const idempotency = createIdempotency(db, host);
  const { adapters, profiles } = createAdapters(host, config, { db, outbox });
  const usecases = createUsecases(host, adapters);
  return {
    name: SERVICE,
    schemas: [
      createUserActions({
        usecases,
        runOnce: (call, params, execute) => idempotency.run(call, params, execute),
        onHints: [onProfileChanged(profiles.invalidate)],
      }),
    ],
    stores: [db, redis],
    workers: [
      outbox.relay,
      createHousekeeping(db, host),
      ...(await createReencryptJob(host, redis, usecases.reencryptPersonalData)),
      createPendingRowsWatch({ ...adapters, logger: host.logger }),
    ],
  };
};

interface Stores {
  readonly db: Database<Tables>;
  readonly outbox: ReturnType<typeof createOutbox<Tables>>;
}

const createAdapters = (host: Host, config: Config, { db, outbox }: Stores) => {
  const { clock, ids } = host;
  const sealer = createSealer(config.dataKeys);
  const personalData = createPersonalData(sealer, createBlindIndex(config.dataIndexKey));
  const source = createMysqlProfileSource({ db, personalData });
  const profiles: InvalidatedProfileCache = createCoherentProfileCache({
    load: source.load,
    clock,
  });
  const adapters = {
    users: createMysqlUserRepository({ db, outbox, personalData, clock }),
    identities: createMysqlIdentityRepository({ db, outbox, personalData, ids }),
    addresses: createMysqlAddressRepository({ db, personalData, clock }),
    sealedRows: createMysqlSealedRows({ db, sealer }),
    hints: createBroadcastProfileHints(host.hint),
    progress: reencryptProgress,
    profiles,
    clock,
    ids,
  };
  return { adapters, profiles };
};

const createUsecases = (
  host: Host,
  adapters: ReturnType<typeof createAdapters>['adapters'],
): Usecases => {
  const run = <Name extends keyof Usecases>(name: Name, usecase: Usecases[Name]): Usecases[Name] =>
    instrument(host, SERVICE, name, usecase);
  return {
    getMe: run('getMe', createGetMe(adapters)),
    updateMe: run('updateMe', createUpdateMe(adapters)),
    listMyAddresses: run('listMyAddresses', createListMyAddresses(adapters)),
    createMyAddress: run('createMyAddress', createCreateMyAddress(adapters)),
    updateMyAddress: run('updateMyAddress', createUpdateMyAddress(adapters)),
    deleteMyAddress: run('deleteMyAddress', createDeleteMyAddress(adapters)),
    findOrCreateByIdentity: run('findOrCreateByIdentity', createFindOrCreateByIdentity(adapters)),
    getProfile: run('getProfile', createGetProfile(adapters)),
    getAddress: run('getAddress', createGetAddress(adapters)),
    findWechatOpenid: run('findWechatOpenid', createFindWechatOpenid(adapters)),
    bindPhone: run('bindPhone', createBindPhone(adapters)),
    freezeUser: run('freezeUser', createFreezeUser(adapters)),
    unfreezeUser: run('unfreezeUser', createUnfreezeUser(adapters)),
    reencryptPersonalData: run('reencryptPersonalData', createReencryptPersonalData(adapters)),
  };
};
