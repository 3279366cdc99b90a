import { nextRefundState, type RefundEvent, type RefundState } from './payment-state.ts';

export interface RefundRequest {
  readonly refundNo: string;
  readonly orderNo: string;
  readonly amountFen: number;
  readonly reason: string;
}

export interface Refund extends RefundRequest {
  readonly totalFen: number;
  /** `late_money`: nobody asked; the order was closed when the money came. */
  readonly cause: 'requested' | 'late_money';
  readonly state: RefundState;
  readonly refundId: string | null;
  /** When to send it, or to ask how it is; null when it is over. */
  readonly actAtMs: number | null;
  readonly attempts: number;
}

/** What WeChat says of a refund, by whichever way. */
export interface RefundNews {
  readonly refundNo: string;
  readonly orderNo: string;
  readonly refundId: string;
  readonly amountFen: number;
  readonly state: 'processing' | 'succeeded' | 'abnormal' | 'closed';
  /** When WeChat took it, which is the day whose bill has it; notifications do not tell. */
  readonly createdAtMs: number | null;
}

const events = {
  processing: 'accepted',
  succeeded: 'succeeded',
  abnormal: 'failed_at_payer',
  closed: 'closed',
} as const satisfies Record<RefundNews['state'], RefundEvent>;

/** Asking before a minute is over is of little use; later it becomes rare. */
const ASK_AFTER_MS = [60_000, 120_000, 300_000, 900_000, 3_600_000];

export const askPauseMs = (attempts: number): number =>
  ASK_AFTER_MS[Math.min(attempts, ASK_AFTER_MS.length - 1)] ?? 3_600_000;

export const lateRefundNo = (orderNo: string): string => `late-${orderNo}`;

export const openRefund = (
  request: RefundRequest,
  totalFen: number,
  { cause, actAtMs }: Pick<Refund, 'cause'> & { readonly actAtMs: number },
): Refund => ({
  ...request,
  totalFen,
  cause,
  state: 'requested',
  refundId: null,
  actAtMs,
  attempts: 0,
});

export const isSameRefund = (refund: Refund, request: RefundRequest): boolean =>
  refund.orderNo === request.orderNo && refund.amountFen === request.amountFen;

export const isOver = ({ state }: Pick<Refund, 'state'>): boolean =>
  state === 'succeeded' || state === 'closed';

/** Money that stays with us though it is not ours, until an operator acts. */
export const isStuck = ({ state, cause }: Refund): boolean =>
  state === 'abnormal' || (state === 'closed' && cause === 'late_money');

/** The refund as it is after the news; the same object when they change nothing. */
export const applyNews = (refund: Refund, news: RefundNews, nowMs: number): Refund => {
  if (news.orderNo !== refund.orderNo || news.amountFen !== refund.amountFen) return refund;
  const state = nextRefundState(refund.state, events[news.state]);
  if (state === undefined) return refund;
  const isFinal = state === 'succeeded' || state === 'closed' || state === 'abnormal';
  return {
    ...refund,
    state,
    refundId: news.refundId,
    attempts: refund.attempts + 1,
    actAtMs: isFinal ? null : nowMs + askPauseMs(refund.attempts),
  };
};

/** "Not yet" passes after a try or two; after so many it is no, and somebody has to look. */
const NOT_YET_MAX = 5;

export const isOverdue = ({ attempts }: Refund): boolean => attempts >= NOT_YET_MAX;

/** Nothing new: when to look again. */
export const lookAgain = (refund: Refund, nowMs: number, pauseMs?: number): Refund => ({
  ...refund,
  attempts: refund.attempts + 1,
  actAtMs: nowMs + (pauseMs ?? askPauseMs(refund.attempts + 1)),
});
