import { createBlindIndex, createSealer } from '@app/kernel';
import { mysqlKeys } from '@app/mysql';
import { redisKeys } from '@app/redis';
import {
  defineConfig,
  hostKeys,
  readConfig as readKeys,
  secret,
  usable,
  type ConfigOf,
} from '@app/runtime';

export const configSpec = defineConfig({
  ...hostKeys,
  ...mysqlKeys,
  ...redisKeys,
  dataKeys: usable(
    secret('DATA_KEYS', {
      example: 'k1:$(openssl rand -base64 32)',
      doc: 'Key ring that seals personal data: "k2:<base64>,k1:<base64>", 32 bytes each; the first seals, all open',
    }),
    createSealer,
    { remedy: 'set DATA_KEYS to "k1:<key>" with a key from: openssl rand -base64 32' },
  ),
  dataIndexKey: usable(
    secret('DATA_INDEX_KEY', {
      doc: 'Key of the hashes that phone numbers are looked up by; it cannot be changed later',
    }),
    createBlindIndex,
    { remedy: 'set at least 32 random characters, for example: openssl rand -hex 32' },
  ),
});

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong */
export const readConfig = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config => readKeys(configSpec, env, { service: 'user' });
