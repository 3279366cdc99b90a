import { createSealer } from '@app/kernel';
import { mysqlKeys } from '@app/mysql';
import { redisKeys } from '@app/redis';
import {
  choice,
  ConfigError,
  defineConfig,
  encryptedInProduction,
  hostKeys,
  integer,
  list,
  optional,
  readConfig as readKeys,
  secret,
  text,
  usable,
  type ConfigKey,
  type ConfigOf,
  type ConfigProblem,
} from '@app/runtime';
import { pushKeys, pushProblems } from './push-config.ts';
import type { TokenKind } from './domain/wechat-app.ts';

const SERVICE = 'wechat-ccs';
const APP_ID = /^[A-Za-z0-9_-]{1,64}$/;

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$/;

const hosts = (key: ConfigKey<readonly string[]>): ConfigKey<readonly string[]> => ({
  ...key,
  parse(raw, environment) {
    const parsed = key.parse(raw, environment);
    if (!parsed.ok || parsed.value.every((host) => HOST.test(host))) return parsed;
    return {
      ok: false,
      problem: 'is not a list of hosts',
      remedy:
        'set exact hosts in lower case without https:// and path: m.example.com,h5.example.com',
    };
  },
});

const tokenKind = (key: string, of: string): ConfigKey<TokenKind> =>
  choice(key, ['stable', 'classic'], {
    doc: `Access token of ${of}: stable is what WeChat recommends, classic is for an account whose other users fetch classic ones`,
    default: 'stable',
  });

export const configSpec = defineConfig({
  ...hostKeys,
  ...mysqlKeys,
  ...redisKeys,
  dataKeys: usable(
    secret('DATA_KEYS', {
      example: 'k1:$(openssl rand -base64 32)',
      doc: 'Key ring for data at rest, id:base64 pairs; the first seals, all open. Keep a retired key until its rows are sealed anew',
    }),
    createSealer,
    {
      problem: 'is not a key ring',
      remedy:
        'set "id:key,id:key", each key 32 bytes in base64, the one to seal with first: k1:$(openssl rand -base64 32)',
    },
  ),
  wxmpAppId: text('WXMP_APPID', {
    doc: 'App id of the mini program',
    pattern: APP_ID,
    example: 'wx1234567890abcdef',
  }),
  wxmpAppSecret: secret('WXMP_APPSECRET', { doc: 'Its AppSecret; no other service may have it' }),
  wxoaAppId: optional(
    text('WXOA_APPID', { doc: 'App id of the official account', pattern: APP_ID }),
  ),
  wxoaAppSecret: optional(secret('WXOA_APPSECRET', { doc: 'Its AppSecret' })),
  wxmpTokenKind: tokenKind('WXMP_TOKEN_KIND', 'the mini program'),
  wxoaTokenKind: tokenKind('WXOA_TOKEN_KIND', 'the official account'),
  wxApiBase: encryptedInProduction(
    text('WX_API_BASE', {
      doc: "WeChat's server API; the sandbox in dev",
      default: 'https://api.weixin.qq.com',
      pattern: /^https?:\/\/\S+$/,
    }),
  ),
  wxJsHosts: hosts(
    list('WX_JS_HOSTS', {
      doc: 'Hosts whose https pages get JS-SDK signatures, exactly as in the address; empty: none',
      default: [],
      example: 'm.example.com,h5.example.com',
    }),
  ),
  wxTimeoutMs: integer('WX_TIMEOUT_MS', {
    doc: 'How long one call of WeChat may take',
    default: 5000,
    min: 100,
    max: 6000,
    unit: 'ms',
  }),
  ...pushKeys,
});

export type Config = Readonly<ConfigOf<typeof configSpec>>;

type Env = Readonly<Record<string, string | undefined>>;

const isSet = (env: Env, key: string): boolean =>
  [env[`WECHAT_CCS_${key}`], env[key]].some((value) => value !== undefined && value !== '');

/** An official account is both keys or neither. */
const pairProblems = (env: Env): readonly ConfigProblem[] => {
  const [idKey, secretKey] = ['WXOA_APPID', 'WXOA_APPSECRET'] as const;
  if (isSet(env, idKey) === isSet(env, secretKey)) return [];
  const [missing, present] = isSet(env, idKey) ? [secretKey, idKey] : [idKey, secretKey];
  return [
    { key: missing, problem: `is not set, but ${present} is`, remedy: 'set both or neither' },
  ];
};

/** @throws ConfigError with everything that is wrong */
export const readConfig = (env: Env = process.env): Config => {
  const problems = [...pairProblems(env)];
  let config: Config | undefined;
  try {
    config = readKeys(configSpec, env, { service: SERVICE });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.unshift(...error.problems);
  }
  if (config !== undefined) problems.push(...pushProblems(config));
  if (config === undefined || problems.length > 0) throw new ConfigError(SERVICE, problems);
  return config;
};
