import { mysqlKeys } from '@app/mysql';
import {
  defineConfig,
  hostKeys,
  readConfig as readKeys,
  type ConfigOf,
  type Env,
} from '@app/runtime';

/** Every environment key of this service; its own keys start with ORDER_. */
export const configSpec = defineConfig({ ...hostKeys, ...mysqlKeys });

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong */
export const readConfig = (env: Env = process.env): Config =>
  readKeys(configSpec, env, { service: 'order' });
