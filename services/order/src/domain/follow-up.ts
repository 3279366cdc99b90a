import type { ReturnedLine } from '@app/contracts';

/**
 * What a neighbour must be told after a change committed. It is a row of that same transaction, so
 * it cannot get lost; telling it twice does no harm, all of these are idempotent.
 */
export type FollowUp =
  | { readonly kind: 'commitStock' }
  | { readonly kind: 'releaseStock'; readonly reason: 'closed' | 'refunded' }
  | {
      readonly kind: 'returnStock';
      readonly refundNo: string;
      readonly lines: readonly ReturnedLine[];
    }
  | { readonly kind: 'closePayment' }
  | { readonly kind: 'uploadShipping' }
  | {
      readonly kind: 'createRefund';
      readonly refundNo: string;
      readonly amountFen: number;
      readonly reason: string;
    };

/** What goes to one neighbour about one order goes in order; neighbours do not wait for each other. */
export type Lane = 'stock' | 'pay' | 'prepay' | 'wechat';

const lanes = {
  commitStock: 'stock',
  releaseStock: 'stock',
  returnStock: 'stock',
  // Waits for a while; no refund may wait behind it.
  closePayment: 'prepay',
  createRefund: 'pay',
  uploadShipping: 'wechat',
} as const satisfies Record<FollowUp['kind'], Lane>;

export const laneOf = ({ kind }: FollowUp): Lane => lanes[kind];

/** A prepay that was under way when the order closed has reached pay after this long, or never will. */
const PREPAY_UNDER_WAY_MS = 20_000;

/** How long it waits before it is told first. */
export const followUpDelayMs = ({ kind }: FollowUp): number =>
  kind === 'closePayment' ? PREPAY_UNDER_WAY_MS : 0;

/** About an hour of tries: by then somebody should know. */
export const STUCK_AFTER_ATTEMPTS = 60;

const RETRY_MS = [500, 1000, 2000, 5000, 15_000, 60_000];

/** The pause after try `attempts`; a neighbour that is down for hours is asked once a minute. */
export const retryPauseMs = (attempts: number): number =>
  RETRY_MS[Math.min(attempts, RETRY_MS.length) - 1] ?? 60_000;
