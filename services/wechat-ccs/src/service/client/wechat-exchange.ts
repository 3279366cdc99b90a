import { DomainError } from '@app/kernel';
import {
  UpstreamError,
  type Upstream,
  type UpstreamRequest,
  type UpstreamResponse,
} from '@app/runtime';
import { refusalKindOf, type RefusalKind } from '../../domain/refusal.ts';
import type { WechatCall } from '../../domain/wechat-api.ts';
import { refusalError, wechatCcsError } from '../../errors.ts';
import type { WechatReply } from '../../service.ts';
import { parseAnswer, type WechatAnswer } from './wechat-answer.ts';

export type Exchanged<R> =
  | { readonly kind: 'answer'; readonly value: R }
  | { readonly kind: 'token_refused'; readonly errcode: number };

interface FailureDetail {
  readonly call: WechatCall;
  readonly isNotSent?: boolean;
  readonly isOutcomeUnknown?: boolean;
  readonly isWorthRepeating?: boolean;
}

/** Why an exchange failed, for deciding whether to repeat it; never leaves the client. */
export class ExchangeFailure extends DomainError {
  /** Which exchange it was: that of a token on the way to another call may fail too. */
  readonly call: WechatCall;
  readonly isNotSent: boolean;
  /** WeChat may have carried the call out: it was sent, and no answer could be read. */
  readonly isOutcomeUnknown: boolean;
  readonly isWorthRepeating: boolean;

  constructor(
    error: DomainError,
    { call, isNotSent = false, isOutcomeUnknown = false, isWorthRepeating = false }: FailureDetail,
  ) {
    super(error.code, error.kind, {
      message: error.message,
      ...(error.data === undefined ? {} : { data: error.data }),
      cause: error.cause,
    });
    this.call = call;
    this.isNotSent = isNotSent;
    this.isOutcomeUnknown = isOutcomeUnknown;
    this.isWorthRepeating = isWorthRepeating;
  }
}

/** Whether this very call may have taken effect although it failed. */
export const mayHaveHappened = (error: unknown, call: WechatCall): boolean =>
  error instanceof ExchangeFailure && error.call === call && error.isOutcomeUnknown;

/** The connection was never made, so WeChat cannot have seen the call. */
const CONNECT_FAILURES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const CAUSES_MAX = 5;

const isNotSent = (error: UpstreamError): boolean => {
  if (!error.sent) return true;
  let cause: unknown = error.cause;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    const { code } = cause as { readonly code?: unknown };
    if (typeof code === 'string' && CONNECT_FAILURES.has(code)) return true;
    cause = cause.cause;
  }
  return false;
};

const unreachable = (call: WechatCall, error: UpstreamError): ExchangeFailure => {
  const { reason } = error;
  const code = reason === 'timeout' ? 'UPSTREAM_WECHAT_TIMEOUT' : 'UPSTREAM_WECHAT_UNAVAILABLE';
  const message = `${call}: no answer from WeChat (${reason})`;
  const neverArrived = isNotSent(error);
  return new ExchangeFailure(wechatCcsError(code, { message, data: { reason }, cause: error }), {
    call,
    // An open breaker has the same answer for the next try.
    isNotSent: reason === 'network' && neverArrived,
    isOutcomeUnknown: !neverArrived,
    isWorthRepeating: reason === 'network' || reason === 'status',
  });
};

const garbled = (call: WechatCall, status: number): ExchangeFailure =>
  new ExchangeFailure(
    wechatCcsError('UPSTREAM_WECHAT_UNAVAILABLE', {
      // The body stays out: half of an answer can hold a whole token.
      message: `${call}: WeChat's answer (status ${status}) cannot be read`,
      data: { reason: 'garbage' },
    }),
    { call, isOutcomeUnknown: true, isWorthRepeating: true },
  );

const refused = (
  kind: RefusalKind,
  call: WechatCall,
  refusal: Extract<WechatAnswer, { kind: 'refusal' }>,
) =>
  new ExchangeFailure(refusalError(kind, { ...refusal, call }), {
    call,
    isWorthRepeating: kind === 'busy',
  });

/** What the caller makes of an answer. */
export interface Reading<R> {
  /** `undefined` when the reply is not what was promised. */
  readonly read: (reply: WechatReply) => R | undefined;
  /** Errcodes that mean something to this very call; `undefined`: as usual. May throw. */
  readonly onRefusal?:
    ((errcode: number, rid: string, field: string | undefined) => R | undefined) | undefined;
}

/** One call of WeChat, once. Only a refused access token is an answer; all else that goes wrong is thrown. */
export const exchange = async <R>(
  upstream: Upstream,
  call: WechatCall,
  request: UpstreamRequest,
  { read, onRefusal }: Reading<R>,
): Promise<Exchanged<R>> => {
  const response = await upstream.request(request).catch((error: unknown) => {
    throw error instanceof UpstreamError ? unreachable(call, error) : error;
  });
  if (response.status !== 200) throw garbled(call, response.status);
  const answer = parseAnswer(response.body);
  if (answer.kind === 'refusal') {
    const { errcode, rid, field } = answer;
    const kind = refusalKindOf(call, errcode);
    if (kind === 'token_refused') return { kind, errcode };
    const outcome = onRefusal?.(errcode, rid, field);
    if (outcome !== undefined) return { kind: 'answer', value: outcome };
    throw refused(kind, call, answer);
  }
  const value = read(replyOf(answer, response));
  if (value === undefined) throw garbled(call, response.status);
  return { kind: 'answer', value };
};

const replyOf = (
  answer: Exclude<WechatAnswer, { kind: 'refusal' }>,
  { body, headers }: UpstreamResponse,
): WechatReply =>
  answer.kind === 'success'
    ? { kind: 'fields', fields: answer.fields }
    : { kind: 'bytes', body, contentType: headers['content-type'] ?? '' };
