import { readFileSync } from 'node:fs';
import type { PayMerchantConfig } from './wechat-pay/model.ts';
import type { WechatAppConfig, WechatAppKind, WechatPushConfig } from './wechat/model.ts';

export interface SandboxConfig {
  readonly host: string;
  readonly port: number;
  readonly wechatApps: readonly WechatAppConfig[];
  readonly payMerchants: readonly PayMerchantConfig[];
}

/** Everything that is wrong with the environment, at once. */
export class SandboxConfigError extends Error {
  override readonly name = 'SandboxConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** `appid:token:aesKey:url`; the URL stands last, for it has colons of its own. */
const PUSH_ENTRY = /^([^:]+):([A-Za-z0-9]{3,32}):([A-Za-z0-9]{43}):(https?:\/\/.+)$/;

const addPushes = (
  text: string,
  apps: readonly WechatAppConfig[],
  problems: string[],
): readonly WechatAppConfig[] => {
  const pushes = new Map<string, WechatPushConfig>();
  for (const [index, entry] of text.split(',').entries()) {
    const [, appid, token, aesKey, url] = PUSH_ENTRY.exec(entry.trim()) ?? [];
    if (appid === undefined || token === undefined || aesKey === undefined || url === undefined)
      problems.push(
        `SANDBOX_WECHAT_PUSHES: entry ${index + 1} is not "appid:token:aesKey:url" with the token and the 43 characters of EncodingAESKey as the console has them`,
      );
    else if (!apps.some((app) => app.appid === appid))
      problems.push(`SANDBOX_WECHAT_PUSHES: app ${appid} is not in SANDBOX_WECHAT_APPS`);
    else pushes.set(appid, { token, aesKey, url });
  }
  return apps.map((app) => {
    const push = pushes.get(app.appid);
    return push === undefined ? app : { ...app, push };
  });
};

const isKind = (kind: string): kind is WechatAppKind => kind === 'mp' || kind === 'oa';

const readApps = (text: string, problems: string[]): WechatAppConfig[] => {
  const apps: WechatAppConfig[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const [appid = '', secret = '', kind = '', more] = entry.trim().split(':');
    if (appid === '' || secret === '' || !isKind(kind) || more !== undefined) {
      // The entry itself is not shown: it may hold a real secret pasted by mistake.
      problems.push(
        `SANDBOX_WECHAT_APPS: entry ${index + 1} is not "appid:secret:kind" with kind mp (mini program) or oa (official account)`,
      );
    } else if (apps.some((app) => app.appid === appid)) {
      problems.push(`SANDBOX_WECHAT_APPS: app ${appid} stands twice in the list`);
    } else {
      apps.push({ appid, secret, kind });
    }
  }
  return apps;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const merchantProblem = (entry: unknown): string | undefined => {
  if (typeof entry !== 'object' || entry === null) return 'is not an object';
  const one = entry as Partial<PayMerchantConfig>;
  for (const key of ['mchid', 'serialNo', 'publicKey', 'apiV3Key'] as const) {
    if (!isText(one[key])) return `has no ${key}`;
  }
  if (one.apiV3Key?.length !== 32) return 'has an apiV3Key that is not 32 characters long';
  if (!/^[0-9A-F]{40}$/.test(one.serialNo ?? '')) return 'has a serialNo that is not 40 hex digits';
  if (!Array.isArray(one.appids) || !one.appids.every(isText)) return 'has no list appids';
  return undefined;
};

const readMerchants = (path: string, problems: string[]): PayMerchantConfig[] => {
  const key = 'SANDBOX_WECHAT_PAY_MERCHANTS_FILE';
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    problems.push(`${key}: ${path} cannot be read as JSON`);
    return [];
  }
  if (!Array.isArray(list)) {
    problems.push(`${key}: ${path} does not hold a list`);
    return [];
  }
  for (const [index, entry] of list.entries()) {
    const problem = merchantProblem(entry);
    if (problem !== undefined) problems.push(`${key}: merchant ${index + 1} ${problem}`);
  }
  return list as PayMerchantConfig[];
};

/**
 * `SANDBOX_PORT` (3900), `SANDBOX_HOST` (127.0.0.1) and `SANDBOX_WECHAT_APPS`
 * (`appid:secret:kind,…`, kind `mp` or `oa`), optional `SANDBOX_WECHAT_PUSHES`
 * (`appid:token:aesKey:url,…`: where to push) and `SANDBOX_WECHAT_PAY_MERCHANTS_FILE`, the path of a
 * JSON list of {@link PayMerchantConfig}. Throws {@link SandboxConfigError}, also whenever
 * `ENV=pro`: whoever reaches the sandbox can sign in as anybody.
 */
export const readSandboxConfig = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): SandboxConfig => {
  const problems: string[] = [];
  if (env['ENV'] === 'pro') {
    problems.push(
      'ENV: the sandbox never runs in production; point the *_API_BASE keys to the real hosts',
    );
  }
  const port = Number(env['SANDBOX_PORT'] ?? '3900');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    problems.push('SANDBOX_PORT: must be a port, 0 to 65535');
  }
  const appsText = env['SANDBOX_WECHAT_APPS'] ?? '';
  if (appsText === '') {
    problems.push(
      'SANDBOX_WECHAT_APPS: is missing; give "appid:secret:kind", several separated by commas',
    );
  }
  const accounts = appsText === '' ? [] : readApps(appsText, problems);
  const pushesText = env['SANDBOX_WECHAT_PUSHES'] ?? '';
  const wechatApps = pushesText === '' ? accounts : addPushes(pushesText, accounts, problems);
  const merchantsFile = env['SANDBOX_WECHAT_PAY_MERCHANTS_FILE'] ?? '';
  const payMerchants = merchantsFile === '' ? [] : readMerchants(merchantsFile, problems);
  if (problems.length > 0) throw new SandboxConfigError(problems);
  return Object.freeze({
    host: env['SANDBOX_HOST'] ?? '127.0.0.1',
    port,
    wechatApps,
    payMerchants,
  });
};
