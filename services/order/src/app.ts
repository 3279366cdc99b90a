import { createDatabase } from '@app/mysql';
import { instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import { createMysqlPingRepository } from './repository/repo/mysql-ping-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import { createOrderActions } from './service/action/order-actions.ts';
import type { Usecases } from './usecase.ts';
import { createPing } from './usecase/ping.ts';

const service = 'order';

/** The composition root: the only file that sees everything. */
export const createApp = (host: Host, config: Config): App => {
  const db = createDatabase<Tables>(config, { host, service });
  const pings = createMysqlPingRepository({ db });
  const usecases: Usecases = {
    ping: instrument(host, service, 'ping', createPing({ pings })),
  };
  return { name: service, schemas: [createOrderActions(usecases)], stores: [db], workers: [] };
};
