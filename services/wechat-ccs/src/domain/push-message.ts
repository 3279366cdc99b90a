import { canonicalJson, sha256Hex } from '@app/kernel';

/** How the console of an app is set: what it accepts follows from it. */
export type PushMode = 'plain' | 'compatible' | 'secure';

export interface PushSecret {
  readonly token: string;
  /** The 43 characters of EncodingAESKey; null: this app cannot read encrypted pushes. */
  readonly aesKey: string | null;
  readonly mode: PushMode;
}

/** A message as names and values; numbers are text. */
export type PushFields = Readonly<Record<string, unknown>>;

/** What every push says about itself, checked. */
export interface PushMessage {
  readonly msgType: string;
  readonly event: string | null;
  /** The user it is about; null when the sender is no user of the app (the platform itself). */
  readonly openid: string | null;
  readonly createdAtMs: number;
  /** The same for the same message, however often and in whatever form it is sent; no personal data. */
  readonly dedupeKey: string;
  readonly fields: PushFields;
}

const MSG_TYPE_LENGTH_MAX = 64;
const EVENT_LENGTH_MAX = 128;
const OPENID = /^[A-Za-z0-9_-]{1,64}$/;
/** Seconds; ten digits last until the year 2286. */
const SECONDS = /^\d{1,10}$/;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/**
 * Reads the common fields (reference 10.3); `undefined` when it is no message of WeChat: without a
 * type, without a time, or with an event whose name could not be stored.
 */
export const readPushMessage = (fields: PushFields): PushMessage | undefined => {
  const msgType = textOf(fields['MsgType']);
  const createTime = textOf(fields['CreateTime']);
  const event = textOf(fields['Event']) ?? null;
  if (msgType === undefined || msgType.length > MSG_TYPE_LENGTH_MAX) return undefined;
  if (createTime === undefined || !SECONDS.test(createTime)) return undefined;
  if (event !== null && event.length > EVENT_LENGTH_MAX) return undefined;
  const from = textOf(fields['FromUserName']);
  return {
    msgType,
    event,
    openid: from !== undefined && OPENID.test(from) ? from : null,
    createdAtMs: Number(createTime) * 1000,
    dedupeKey: dedupeKeyOf(fields),
    fields,
  };
};

/**
 * MsgId where there is one. Events have none: sender, second and event name them, and since an
 * event can happen twice within a second, so does the rest of the content.
 */
const dedupeKeyOf = (fields: PushFields): string => {
  const msgId = textOf(fields['MsgId']);
  return sha256Hex(msgId === undefined ? `content ${canonicalJson(fields)}` : `id ${msgId}`);
};

/** Whether the time in the query is near enough to ours; the past and the future count alike. */
export const isFresh = (timestamp: string, nowMs: number, toleranceMs: number): boolean =>
  SECONDS.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1000) <= toleranceMs;
