import { isIP } from 'node:net';
import type { WechatReply } from '../../service.ts';

/** An answer of WeChat, told apart by its content: the content type says nothing (reference, 0). */
export type WechatAnswer =
  | { readonly kind: 'success'; readonly fields: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'refusal';
      readonly errcode: number;
      readonly rid: string;
      readonly field?: string;
      readonly callerIp?: string;
    }
  /** Not a JSON object: an image, or garbage. */
  | { readonly kind: 'other' };

const OTHER = { kind: 'other' } as const;

export const asRecord = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

/** For calls that answer JSON and nothing else. */
export const fieldsOf =
  <R>(read: (fields: Readonly<Record<string, unknown>>) => R | undefined) =>
  (reply: WechatReply): R | undefined =>
    reply.kind === 'fields' ? read(reply.fields) : undefined;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Numbers of messages have more digits than a number of JavaScript keeps: those stay text. */
const exact: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? source
    : value;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
};

// Of errmsg little is kept. The request id: WeChat finds the call by it, and it holds nothing else.
const ridOf = (errmsg: unknown): string =>
  /\brid: ([0-9a-f-]{8,40})/.exec(typeof errmsg === 'string' ? errmsg : '')?.[1] ?? 'unknown';

/** The key of a template field that WeChat finds wrong (`data.thing1.value invalid`): a name, no content. */
const fieldIn = (errmsg: unknown): string | undefined =>
  typeof errmsg === 'string' ? /\bdata\.([a-z_]{1,20}\d{1,3})\b/.exec(errmsg)?.[1] : undefined;

const NOT_WHITELISTED = 40164;

/** The address WeChat saw and does not know: what an operator has to add, so it is kept as well. */
const callerIpOf = (errcode: number, errmsg: unknown): { readonly callerIp?: string } => {
  if (errcode !== NOT_WHITELISTED || typeof errmsg !== 'string') return {};
  const callerIp = /\binvalid ip ([0-9A-Fa-f.:]{2,45})/.exec(errmsg)?.[1] ?? '';
  return isIP(callerIp) === 0 ? {} : { callerIp };
};

/** Token and login answers have no errcode at all when they succeed; others have 0. */
export const parseAnswer = (body: Buffer): WechatAnswer => {
  const fields = asRecord(parseJson(body.toString('utf8')));
  if (fields === undefined) return OTHER;
  const { errcode, errmsg } = fields;
  if (errcode === undefined || errcode === 0) return { kind: 'success', fields };
  if (typeof errcode !== 'number' || !Number.isInteger(errcode)) return OTHER;
  const field = fieldIn(errmsg);
  return {
    kind: 'refusal',
    errcode,
    rid: ridOf(errmsg),
    ...(field === undefined ? {} : { field }),
    ...callerIpOf(errcode, errmsg),
  };
};

export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '';

/** `undefined` when a field that must be there is not: the answer is garbage. */
export const readLoginSession = ({
  openid,
  unionid,
  session_key,
}: Readonly<Record<string, unknown>>) =>
  isText(openid) && isText(session_key)
    ? { openid, unionid: isText(unionid) ? unionid : null, sessionKey: session_key }
    : undefined;

const lifeOf = (expiresIn: unknown): number | undefined =>
  typeof expiresIn === 'number' && Number.isInteger(expiresIn) && expiresIn > 0 && expiresIn <= 7200
    ? expiresIn
    : undefined;

export const readTicket = ({ ticket, expires_in }: Readonly<Record<string, unknown>>) => {
  const expiresInSeconds = lifeOf(expires_in);
  return isText(ticket) && ticket.length <= 1024 && expiresInSeconds !== undefined
    ? { text: ticket, expiresInSeconds }
    : undefined;
};

/** Tokens may grow to 512 characters (reference, 3.1); what is beyond our contract's 1024 is none. */
export const readToken = ({ access_token, expires_in }: Readonly<Record<string, unknown>>) => {
  const expiresInSeconds = lifeOf(expires_in);
  return isText(access_token) && access_token.length <= 1024 && expiresInSeconds !== undefined
    ? { text: access_token, expiresInSeconds }
    : undefined;
};

/** The watermark says for which app the number was given out. */
export const readPhone = (fields: Readonly<Record<string, unknown>>, appId: string) => {
  const info = asRecord(fields['phone_info']);
  const watermark = asRecord(info?.['watermark']);
  const phone = info?.['purePhoneNumber'];
  const countryCode = info?.['countryCode'];
  return isText(phone) && isText(countryCode) && watermark?.['appid'] === appId
    ? { phone, countryCode }
    : undefined;
};
