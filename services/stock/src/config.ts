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
  sweepEveryMs: integer('STOCK_SWEEP_EVERY_MS', {
    // Stock must be sellable again a minute after the expiry, also when Redis lost the job.
    doc: 'How often reservations are looked for whose time is up and whose job got lost',
    default: 15_000,
    min: 100,
    max: 30_000,
    unit: 'ms',
  }),
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
