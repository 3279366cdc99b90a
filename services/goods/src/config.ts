import { mysqlKeys } from '@app/mysql';
import { redisKeys } from '@app/redis';
import {
  boolean,
  defineConfig,
  hostKeys,
  list,
  readConfig as readKeys,
  type ConfigOf,
  type Env,
} from '@app/runtime';

/** Every environment key of this service; its own keys start with GOODS_. */
export const configSpec = defineConfig({
  ...hostKeys,
  ...mysqlKeys,
  ...redisKeys,
  goodsImageHosts: list('GOODS_IMAGE_HOSTS', {
    doc: 'Hosts that pictures of goods may be on, separated by commas; "*.example.com" means every host below',
    default: ['img.example.com', '*.myqcloud.com'],
  }),
  goodsDemoData: boolean('GOODS_DEMO_DATA', {
    doc: 'Add the goods of the demonstration at the start; heeded with ENV=dev only',
    default: false,
  }),
});

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong */
export const readConfig = (env: Env = process.env): Config =>
  readKeys(configSpec, env, { service: 'goods' });
