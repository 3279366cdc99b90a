import { mysqlKeys } from '@app/mysql';
import { redisKeys } from '@app/redis';
import {
  defineConfig,
  hostKeys,
  readConfig as readKeys,
  secret,
  type ConfigOf,
} from '@app/runtime';

export const configSpec = defineConfig({
  ...hostKeys,
  ...mysqlKeys,
  ...redisKeys,
  jwtSigningKey: secret('JWT_SIGNING_KEY', {
    doc: 'Signs the access tokens of app users; gateways verify with the same key, and with JWT_SIGNING_KEY_PREVIOUS while it is being replaced',
  }),
  adminSecret: secret('ADMIN_JWT_SECRET', {
    doc: 'Signs the access tokens of admins; gateways verify with the same key',
  }),
});

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong */
export const readConfig = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config => readKeys(configSpec, env, { service: 'auth' });
