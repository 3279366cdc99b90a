import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { assert, createSealer } from '@app/kernel';
import { mysqlKeys } from '@app/mysql';
import { redisKeys } from '@app/redis';
import {
  ConfigError,
  defineConfig,
  encryptedInProduction,
  hostKeys,
  integer,
  optional,
  readConfig as readKeys,
  secret,
  text,
  usable,
  type ConfigOf,
  type ConfigProblem,
  type Env,
} from '@app/runtime';

const SERVICE = 'pay';

const API_V3_KEY_BYTES = 32;

const URL_PATTERN = /^https?:\/\/[^\s?]+[^\s?/]$/;

export const configSpec = defineConfig({
  ...hostKeys,
  ...mysqlKeys,
  ...redisKeys,
  dataKeys: usable(
    secret('DATA_KEYS', {
      example: 'k1:$(openssl rand -base64 32)',
      doc: 'Key ring that seals the journal of exchanges: "k2:<base64>,k1:<base64>", 32 bytes each; the first seals, all open',
    }),
    createSealer,
    { remedy: 'set DATA_KEYS to "k1:<key>" with a key from: openssl rand -base64 32' },
  ),
  mchid: text('WECHAT_MCHID', { doc: 'Merchant number at WeChat Pay', pattern: /^\d{8,16}$/ }),
  serialNo: text('WECHAT_SERIAL_NO', {
    doc: "Serial of the merchant's API certificate, 40 hex digits in upper case",
    pattern: /^[0-9A-F]{40}$/,
  }),
  apiV3Key: usable(
    secret('WECHAT_API_V3_KEY', {
      doc: 'APIv3 key of the merchant console, exactly 32 characters',
    }),
    (key) => {
      assert(Buffer.byteLength(key) === API_V3_KEY_BYTES, 'the key of AES-256 has 32 bytes');
    },
    {
      problem: 'is not 32 characters long',
      remedy: 'set the APIv3 key as the merchant console shows it',
    },
  ),
  privateKeyPath: usable(
    text('WECHAT_PRIVATE_KEY_PATH', {
      doc: 'File with the private key of the API certificate (apiclient_key.pem)',
    }),
    (path) => createPrivateKey(readFileSync(path)),
    {
      problem: 'is not a file with a private key in PEM',
      remedy: 'set the path of apiclient_key.pem, readable for this process',
    },
  ),
  publicKeyId: optional(
    text('WECHAT_PUBLIC_KEY_ID', {
      doc: 'Id of the WeChat Pay public key (微信支付公钥); without it platform certificates are used',
      pattern: /^PUB_KEY_ID_\d+$/,
    }),
  ),
  publicKeyPath: optional(
    usable(
      text('WECHAT_PUBLIC_KEY_PATH', { doc: 'File with that public key (pub_key.pem)' }),
      (path) => createPublicKey(readFileSync(path)),
      {
        problem: 'is not a file with a public key in PEM',
        remedy: 'set the path of pub_key.pem, readable for this process',
      },
    ),
  ),
  notifyUrl: encryptedInProduction(
    text('WECHAT_NOTIFY_URL', {
      doc: 'Where WeChat Pay reaches us, without the last part: https://<host>/callbacks/wechat-pay',
      pattern: URL_PATTERN,
    }),
    { isCalledFromOutside: true },
  ),
  apiBase: encryptedInProduction(
    text('WXPAY_API_BASE', {
      doc: "WeChat Pay's API; the sandbox in dev",
      default: 'https://api.mch.weixin.qq.com',
      pattern: URL_PATTERN,
    }),
  ),
  refundGapMs: integer('PAY_REFUND_GAP_MS', {
    doc: 'Pause between two refunds of one order; WeChat Pay wants a minute',
    default: 61_000,
    min: 0,
    max: 600_000,
    unit: 'ms',
  }),
  timeoutMs: integer('WXPAY_TIMEOUT_MS', {
    doc: 'How long one call of WeChat Pay may take',
    default: 5000,
    min: 100,
    max: 30_000,
    unit: 'ms',
  }),
});

export type Config = Readonly<ConfigOf<typeof configSpec>>;

const isSet = (env: Env, key: string): boolean =>
  [env[`PAY_${key}`], env[key]].some((value) => value !== undefined && value !== '');

/** The public key is both keys or neither. */
const pairProblems = (env: Env): readonly ConfigProblem[] => {
  const [idKey, pathKey] = ['WECHAT_PUBLIC_KEY_ID', 'WECHAT_PUBLIC_KEY_PATH'] as const;
  if (isSet(env, idKey) === isSet(env, pathKey)) return [];
  const [missing, present] = isSet(env, idKey) ? [pathKey, idKey] : [idKey, pathKey];
  return [
    { key: missing, problem: `is not set, but ${present} is`, remedy: 'set both or neither' },
  ];
};

/** @throws ConfigError with everything that is wrong */
export const readConfig = (env: Env = process.env): Config => {
  const problems: ConfigProblem[] = [...pairProblems(env)];
  let config: Config | undefined;
  try {
    config = readKeys(configSpec, env, { service: SERVICE });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.unshift(...error.problems);
  }
  if (config === undefined || problems.length > 0) throw new ConfigError(SERVICE, problems);
  return config;
};
