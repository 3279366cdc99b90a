import type { ParamsOf, ResultOf, pay } from '@app/contracts';
import type { RawNotice } from './service.ts';

type Actions = typeof pay.actions;
type Plain = Exclude<
  keyof Actions,
  'receivePaymentNotice' | 'receiveRefundNotice' | 'resolveTicket'
>;

/** What this service can do. What each action throws stands in the contract. */
export type Usecases = {
  readonly [Name in Plain]: (command: ParamsOf<Actions[Name]>) => Promise<ResultOf<Actions[Name]>>;
} & {
  /** Resolves when the news is durable, also when it was known already. */
  readonly receivePaymentNotice: (notice: RawNotice) => Promise<void>;
  readonly receiveRefundNotice: (notice: RawNotice) => Promise<void>;
  readonly resolveTicket: (
    command: ParamsOf<Actions['resolveTicket']> & { readonly adminId: string },
  ) => Promise<ResultOf<Actions['resolveTicket']>>;
  /** A job: sees to it that every day that is over is looked after. How many days are due. */
  readonly wantBills: (command: object) => Promise<number>;
  /** A job: takes the bills of a day as far as they go today. */
  readonly processBills: (command: { readonly day: string }) => Promise<void>;
  /** A job: asks WeChat about a payment that is due, and says when to ask again. */
  readonly queryPayment: (command: { readonly orderNo: string }) => Promise<void>;
  /** A job: sends a refund that was not sent, or asks how it is. */
  readonly processRefund: (command: { readonly refundNo: string }) => Promise<void>;
};
