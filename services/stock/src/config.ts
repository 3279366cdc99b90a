import { mysqlKeys } from '@app/mysql';
import { redisKeys } from '@app/redis';
import {
  defineConfig,
  hostKeys,
  integer,
  readConfig as readKeys,
  type ConfigOf,
  type Env,
} from '@app/runtime';

/** Every environment key of this service; its own keys start with STOCK_. */
export const configSpec = defineConfig({
  ...hostKeys,
  ...mysqlKeys,
  ...redisKeys,
  auditEveryMs: integer('STOCK_AUDIT_EVERY_MS', {
    doc: 'How often all balances are compared with the ledger and the reservations',
    default: 300_000,
    min: 1000,
    max: 86_400_000,
    unit: 'ms',
  }),
});

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong */
export const readConfig = (env: Env = process.env): Config =>
  readKeys(configSpec, env, { service: 'stock' });
