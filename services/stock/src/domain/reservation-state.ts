import type { ReservationState } from '@app/contracts';
import { refusal } from './refusal.ts';

/**
 * `forfeit`: paid after the expiry when nothing was left. `close`: the order ended unpaid.
 * `refund`: a paid order was refunded as a whole before it was shipped.
 */
export type ReservationEvent = 'commit' | 'forfeit' | 'expire' | 'close' | 'refund';

export const initialState = 'held' satisfies ReservationState;

export const transitions = {
  held: { commit: 'committed', expire: 'expired', close: 'released', refund: 'released' },
  expired: {
    commit: 'committed',
    forfeit: 'forfeited',
    close: 'released',
    refund: 'released',
  },
  committed: { refund: 'released' },
  released: {},
  forfeited: {},
} as const satisfies Record<ReservationState, Partial<Record<ReservationEvent, ReservationState>>>;

/** @throws STOCK_ILLEGAL_TRANSITION */
export const next = (state: ReservationState, event: ReservationEvent): ReservationState => {
  const row: Partial<Record<ReservationEvent, ReservationState>> = transitions[state];
  const target = row[event];
  if (target === undefined) throw refusal('STOCK_ILLEGAL_TRANSITION', { data: { state, event } });
  return target;
};

/** The table as it stands in the README. */
export const toMermaid = (): string =>
  [
    'stateDiagram-v2',
    `  [*] --> ${initialState}`,
    ...Object.entries(transitions).flatMap(([from, row]) =>
      Object.entries(row).map(([event, to]) => `  ${from} --> ${to}: ${event}`),
    ),
  ].join('\n');
