import { createDatabase, type CoreTables } from '@app/mysql';
import type { App, Host } from '@app/runtime';
import type { Config } from './config.ts';

const service = 'stock';

/** The composition root: the only file that sees everything. */
export const createApp = (host: Host, config: Config): App => {
  const db = createDatabase<CoreTables>(config, { host, service });
  return { name: service, schemas: [], stores: [db], workers: [] };
};
