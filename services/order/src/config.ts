import { createSealer } from '@app/kernel';
import { mysqlKeys } from '@app/mysql';
import { redisKeys } from '@app/redis';
import {
  defineConfig,
  hostKeys,
  integer,
  readConfig as readKeys,
  secret,
  text,
  usable,
  type ConfigOf,
  type Env,
} from '@app/runtime';

/** Every environment key of this service; its own keys start with ORDER_. */
export const configSpec = defineConfig({
  ...hostKeys,
  ...mysqlKeys,
  ...redisKeys,
  dataKeys: usable(
    secret('DATA_KEYS', {
      example: 'k1:$(openssl rand -base64 32)',
      doc: 'Key ring that seals addresses: "k2:<base64>,k1:<base64>", 32 bytes each; the first seals, all open',
    }),
    createSealer,
    { remedy: 'set DATA_KEYS to "k1:<key>" with a key from: openssl rand -base64 32' },
  ),
  appId: text('WXMP_APPID', {
    doc: 'The mini program in which orders are paid',
    pattern: /^[A-Za-z0-9_-]{1,32}$/,
  }),
  paymentTimeoutMs: integer('ORDER_PAYMENT_TIMEOUT_MS', {
    doc: 'How long an order may stay unpaid before it closes',
    default: 30 * 60_000,
    min: 1000,
    max: 2 * 3_600_000,
    unit: 'ms',
  }),
  autoConfirmDays: integer('ORDER_AUTO_CONFIRM_DAYS', {
    doc: 'So many days after shipping an order completes although the buyer says nothing',
    default: 10,
    min: 1,
    max: 90,
    unit: 'days',
  }),
  sweepEveryMs: integer('ORDER_SWEEP_EVERY_MS', {
    doc: 'How often rows are searched for work whose job Redis lost',
    default: 10_000,
    min: 100,
    max: 60_000,
    unit: 'ms',
  }),
});

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong */
export const readConfig = (env: Env = process.env): Config =>
  readKeys(configSpec, env, { service: 'order' });
