import type { ReservationState } from '@app/contracts';
import type { Line, Reservation } from './stock.ts';

export interface ReserveCommand {
  readonly kind: 'reserve';
  readonly orderNo: string;
  readonly reservationId: string;
  /** Merged: one per SKU, in SKU order. */
  readonly lines: readonly Line[];
  readonly expiresAtMs: number;
}

export interface CommitCommand {
  readonly kind: 'commit';
  readonly orderNo: string;
}

export interface ReleaseCommand {
  readonly kind: 'release';
  readonly orderNo: string;
  readonly reason: 'closed' | 'refunded';
  /** Names the tombstone when the order number is not known yet. */
  readonly reservationId: string;
}

export interface ReturnedLine extends Line {
  readonly quality: 'sellable' | 'damaged';
}

export interface ReturnCommand {
  readonly kind: 'return';
  readonly orderNo: string;
  readonly refundNo: string;
  readonly lines: readonly ReturnedLine[];
}

export interface ExpireCommand {
  readonly kind: 'expire';
  readonly orderNo: string;
}

export interface SetOnHandCommand {
  readonly kind: 'setOnHand';
  readonly skuId: string;
  readonly onHand: number;
  readonly expectedOnHand: number | undefined;
  readonly ref: string;
  readonly note: string;
}

export type Command =
  | ReserveCommand
  | CommitCommand
  | ReleaseCommand
  | ReturnCommand
  | ExpireCommand
  | SetOnHandCommand;

export type CommitOutcome = 'committed' | 'exhausted' | 'released';

/** What each command answers. */
export interface Answers {
  readonly reserve: Reservation;
  readonly commit: { readonly outcome: CommitOutcome };
  readonly release: { readonly state: ReservationState };
  readonly return: null;
  /** False when somebody was faster. */
  readonly expire: boolean;
  readonly setOnHand: { readonly onHand: number; readonly reserved: number };
}

export type AnswerOf<C extends Command> = Answers[C['kind']];
