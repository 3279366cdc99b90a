import { createHash, randomInt } from 'node:crypto';
import { ControlError } from '../control-error.ts';
import { randomText } from '../random.ts';
import type { WechatApp } from './model.ts';
import { contentTypes, writePush, type PushFields, type PushFormat } from './push-form.ts';
import { seal, sign, type PushKeys, type SealFault } from './push-seal.ts';

export type PushMode = 'plain' | 'compatible' | 'secure';

/** What goes wrong on the way: the last three are signed as if they were right. */
export type PushTamper = 'signature' | 'ciphertext' | 'timestamp' | 'truncated' | SealFault;

export interface PushInput {
  readonly appid?: string;
  readonly message?: PushFields;
  readonly mode?: PushMode;
  readonly format?: PushFormat;
  readonly tamper?: PushTamper;
  /** As many at once, the same message each. */
  readonly copies?: number;
}

/** One try: what was answered, or why nothing was. */
export type PushAttempt =
  | { readonly status: number; readonly body: string; readonly tookMs: number }
  | { readonly error: string; readonly tookMs: number };

export interface PushDelivery {
  readonly message: PushFields;
  readonly acknowledged: boolean;
  readonly attempts: readonly PushAttempt[];
}

const ATTEMPTS = 3;
const AN_HOUR_S = 3600;

/** The account's push settings; what is missing is said by name. */
const settingsOf = ({ settings }: WechatApp, mode: PushMode) => {
  const { pushUrl, pushToken, pushAesKey } = settings;
  if (pushUrl === null)
    throw new ControlError('appid', 'has no pushUrl: PATCH …/wechat/apps/{appid}');
  if (pushToken === null) throw new ControlError('appid', 'has no pushToken');
  if (pushAesKey === null && mode !== 'plain') throw new ControlError('appid', 'has no pushAesKey');
  return { url: pushUrl, keys: { token: pushToken, aesKey: pushAesKey ?? '' } };
};

/** The common fields that were not given; messages have an id of 17 digits, events have none. */
const complete = (appid: string, message: PushFields, nowMs: number): PushFields => {
  const msgType = message['MsgType'] ?? 'event';
  return {
    ToUserName: `gh_${createHash('sha256').update(appid).digest('hex').slice(0, 12)}`,
    FromUserName: `o${randomText(27)}`,
    CreateTime: Math.floor(nowMs / 1000),
    MsgType: msgType,
    ...(msgType === 'event'
      ? {}
      : {
          MsgId: `2${String(randomInt(1e8)).padStart(8, '0')}${String(randomInt(1e8)).padStart(8, '0')}`,
        }),
    ...message,
  };
};

/** The first half of a base64 text, with one character of it changed: decodes, and is not what was signed. */
const flip = (text: string): string => {
  const at = Math.floor(text.length / 2);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
};

const sealFaults: ReadonlySet<string> = new Set(['appid', 'padding', 'length']);

interface Request {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}

const requestOf = (
  app: WechatApp,
  message: PushFields,
  input: PushInput & { readonly mode: PushMode; readonly format: PushFormat },
  nowMs: number,
): Request => {
  const { url, keys } = settingsOf(app, input.mode);
  const { tamper, format, mode } = input;
  const timestamp = String(Math.floor(nowMs / 1000) - (tamper === 'timestamp' ? AN_HOUR_S : 0));
  const nonce = String(randomInt(1e9));
  const wrong = (signature: string): string =>
    tamper === 'signature' ? `${signature.slice(1)}${signature[0] === '0' ? '1' : '0'}` : signature;
  const query = new URLSearchParams({
    signature: wrong(sign(keys.token, timestamp, nonce)),
    timestamp,
    nonce,
    openid: String(message['FromUserName']),
  });
  const plain = writePush(message, format);
  const body = mode === 'plain' ? plain : sealed(app.appid, message, keys, input, query, wrong);
  const address = new URL(url);
  address.search = query.toString();
  return {
    url: address.href,
    contentType: contentTypes[format],
    body: tamper === 'truncated' ? body.slice(0, body.length / 2) : body,
  };
};

const sealed = (
  appid: string,
  message: PushFields,
  keys: PushKeys,
  { mode, format = 'json', tamper }: PushInput,
  query: URLSearchParams,
  wrong: (signature: string) => string,
): string => {
  const fault = sealFaults.has(tamper ?? '') ? (tamper as SealFault) : undefined;
  const encrypt = seal(writePush(message, format), appid, keys, fault);
  const signed = [keys.token, query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypt];
  query.set('encrypt_type', 'aes');
  query.set('msg_signature', wrong(sign(...signed)));
  const Encrypt = tamper === 'ciphertext' ? flip(encrypt) : encrypt;
  const outer = mode === 'compatible' ? message : { ToUserName: message['ToUserName'] };
  return writePush({ ...outer, Encrypt }, format);
};

const attempt = async (request: Request, timeoutMs: number): Promise<PushAttempt> => {
  const startedMs = performance.now();
  const tookMs = (): number => Math.round(performance.now() - startedMs);
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': request.contentType, 'user-agent': 'Mozilla/4.0' },
      body: request.body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: await response.text(), tookMs: tookMs() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'failed', tookMs: tookMs() };
  }
};

const isAcknowledged = (one: PushAttempt | undefined): boolean =>
  one !== undefined && 'status' in one && one.status === 200 && ['success', ''].includes(one.body);

/** Pushes until it is acknowledged, three times at most, each try signed anew (reference 10.3). */
const deliver = async (
  app: WechatApp,
  message: PushFields,
  input: PushInput,
  nowMs: () => number,
): Promise<PushDelivery> => {
  const { mode = 'secure', format = app.kind === 'oa' ? 'xml' : 'json' } = input;
  const attempts: PushAttempt[] = [];
  while (attempts.length < ATTEMPTS && !isAcknowledged(attempts.at(-1))) {
    const request = requestOf(app, message, { ...input, mode, format }, nowMs());
    attempts.push(await attempt(request, app.settings.pushTimeoutMs));
  }
  return { message, acknowledged: isAcknowledged(attempts.at(-1)), attempts };
};

/** Pushes a message to the address of the account and tells what was answered. */
export const push = async (
  app: WechatApp,
  input: PushInput,
  nowMs: () => number,
): Promise<{ readonly deliveries: readonly PushDelivery[] }> => {
  settingsOf(app, input.mode ?? 'secure');
  const message = complete(app.appid, input.message ?? {}, nowMs());
  const copies = Array.from({ length: input.copies ?? 1 });
  return { deliveries: await Promise.all(copies.map(() => deliver(app, message, input, nowMs))) };
};

/** What the console does when the address is saved (reference 10.1). */
export const verifyPushUrl = async (
  app: WechatApp,
  nowMs: () => number,
): Promise<{ readonly verified: boolean; readonly status: number }> => {
  const { url, keys } = settingsOf(app, 'plain');
  const timestamp = String(Math.floor(nowMs() / 1000));
  const nonce = String(randomInt(1e9));
  const echostr = String(randomInt(1e12));
  const address = new URL(url);
  address.search = new URLSearchParams({
    signature: sign(keys.token, timestamp, nonce),
    timestamp,
    nonce,
    echostr,
  }).toString();
  const response = await fetch(address, {
    signal: AbortSignal.timeout(app.settings.pushTimeoutMs),
  });
  const body = await response.text();
  return { verified: response.status === 200 && body === echostr, status: response.status };
};
