import { assert, canonicalJson, sha256Hex } from '@app/kernel';
import { fitField } from './template-field.ts';

/** A message as its caller wants it, default values filled in. */
export interface SubscribeMessage {
  readonly openid: string;
  readonly templateId: string;
  readonly page: string | null;
  readonly data: Readonly<Record<string, string>>;
  readonly state: 'developer' | 'trial' | 'formal';
  readonly lang: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW';
}

/**
 * `pending` a process is sending it, or died doing so · `sent` · `refused` finally, by WeChat or
 * because the user has no authorisation left · `unknown` the answer got lost: it may have been sent.
 */
export type MessageStatus = 'pending' | 'sent' | 'refused' | 'unknown';

/** One try of sending one message: what is stored of it, under app and message key. */
export interface StoredMessage {
  readonly appId: string;
  readonly messageKey: string;
  /** Tells this try from a later one with the same key, after this one was taken back. */
  readonly attemptId: string;
  readonly openid: string;
  readonly templateId: string;
  readonly contentHash: string;
  readonly status: MessageStatus;
  /** WeChat's number; null for `refused` when WeChat was not asked. */
  readonly errcode: number | null;
  /** The key of the data that WeChat refused. */
  readonly field: string | null;
  /** WeChat's number of the message, if it said one. */
  readonly msgId: string | null;
  /** Whether an authorisation was taken for it. */
  readonly hasGrant: boolean;
  readonly startedAtMs: number;
}

/** What came of the call: WeChat's answer, or that there was none. */
export type Verdict =
  | { readonly status: 'sent'; readonly msgId: string | null }
  | { readonly status: 'refused'; readonly errcode: number; readonly field: string | null }
  | { readonly status: 'unknown' };

/** From where each status may be reached; an answer that comes late still counts. */
export const reachableFrom = {
  sent: ['pending', 'unknown'],
  refused: ['pending', 'unknown'],
  unknown: ['pending'],
} as const satisfies Readonly<Record<Verdict['status'], readonly MessageStatus[]>>;

/**
 * After this no process can still be at work on a message: the longest call with a new token in the
 * middle takes half of it. What is `pending` longer belongs to a process that died.
 */
export const PENDING_MAX_MS = 60_000;

/** How long a key is remembered; a repeat after that would send again. */
export const KEEP_MS = 90 * 86_400_000;

/** The status that counts now: a message nobody works on any more is one of unknown outcome. */
export const statusAt = (message: StoredMessage, nowMs: number): MessageStatus =>
  message.status === 'pending' && nowMs - message.startedAtMs > PENDING_MAX_MS
    ? 'unknown'
    : message.status;

const NOT_SUBSCRIBED = 43_101;
const OPENID_INVALID = 40_003;

/** Errcodes that are final and about this very message (reference, section 7). */
export const finalErrcodes: ReadonlySet<number> = new Set([
  OPENID_INVALID,
  40_037,
  41_030,
  NOT_SUBSCRIBED,
  43_107,
  45_168,
  47_003,
]);

export const CONCURRENT_SEND = 43_108;

const refusalOutcome = (errcode: number | null) => {
  if (errcode === null || errcode === NOT_SUBSCRIBED) return 'not_subscribed';
  return errcode === OPENID_INVALID ? 'openid_invalid' : 'rejected';
};

/** What the caller is told. */
export const outcomeOf = (message: StoredMessage, nowMs: number) => {
  const status = statusAt(message, nowMs);
  const { errcode, field } = message;
  if (status === 'sent') return { outcome: 'sent', errcode: 0, field: null } as const;
  if (status === 'refused') return { outcome: refusalOutcome(errcode), errcode, field } as const;
  return { outcome: 'unknown', errcode: null, field: null } as const;
};

/**
 * What a verdict does to the authorisation that was taken: `keep` it is used (or may be) · `give
 * back` it was not used · `clear` WeChat knows of none, so our count was too high.
 */
export const grantEffect = (verdict: Verdict): 'keep' | 'give_back' | 'clear' => {
  if (verdict.status !== 'refused') return 'keep';
  return verdict.errcode === NOT_SUBSCRIBED ? 'clear' : 'give_back';
};

/** Equal for equal messages, however their data is ordered; it stands in for what was sent. */
export const contentHashOf = (message: SubscribeMessage): string =>
  sha256Hex(canonicalJson(message));

export type FittedMessage =
  | { readonly ok: true; readonly message: SubscribeMessage }
  | { readonly ok: false; readonly field: string; readonly rule: string };

/** The message with every value in the form its template takes, or the first that has none. */
export const fitMessage = (message: SubscribeMessage): FittedMessage => {
  const data: Record<string, string> = {};
  for (const [key, value] of Object.entries(message.data)) {
    const fitted = fitField(key, value);
    if (!fitted.ok) return { ok: false, field: `data.${key}`, rule: fitted.rule };
    data[key] = fitted.text;
  }
  assert(Object.keys(data).length > 0, 'a message has data');
  return { ok: true, message: { ...message, data } };
};

/** Which message a delivery is about: one of ours, one of another system, or that shows later. */
export type Attribution =
  | { readonly kind: 'message'; readonly message: StoredMessage }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'later' };

/** Our clock and WeChat's drift apart, and it tells whole seconds. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Finds the message by WeChat's number. When none has it, then a sent one whose number we were not
 * told comes before those of unknown outcome, for it certainly has a delivery to be told of.
 * While one is being sent that may get this very number, nothing can be said.
 *
 * @param candidates the user's messages of this template, oldest first
 */
export const attribute = (
  candidates: readonly StoredMessage[],
  {
    msgId,
    atMs,
    nowMs,
  }: { readonly msgId: string | null; readonly atMs: number; readonly nowMs: number },
): Attribution => {
  const named = candidates.find((message) => msgId !== null && message.msgId === msgId);
  if (named !== undefined) return { kind: 'message', message: named };
  const open = candidates.filter(
    ({ msgId: known, startedAtMs }) => known === null && startedAtMs <= atMs + CLOCK_SKEW_MS,
  );
  const withStatus = (status: MessageStatus) =>
    open.find((message) => statusAt(message, nowMs) === status);
  if (withStatus('pending') !== undefined) return { kind: 'later' };
  const message = withStatus('sent') ?? withStatus('unknown');
  return message === undefined ? { kind: 'elsewhere' } : { kind: 'message', message };
};
