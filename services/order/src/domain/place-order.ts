import type { DeliveryAddress, OrderItem, PricedLine } from '@app/contracts';
import { addFen, timesFen } from '@app/kernel';
import { about, type Order, type OrderChange } from './order.ts';
import { orderError } from './refusal.ts';

/** What WeChat Pay takes in one payment (`pay.createPrepay`). */
const PAYABLE_FEN_MAX = 10_000_000_000;

export interface LineRequest {
  readonly skuId: string;
  readonly quantity: number;
}

/** Lines of the same SKU become one, in the order in which they were first asked for. */
export const mergeLines = (items: readonly LineRequest[]): readonly LineRequest[] => {
  const quantities = new Map<string, number>();
  for (const { skuId, quantity } of items)
    quantities.set(skuId, (quantities.get(skuId) ?? 0) + quantity);
  return [...quantities].map(([skuId, quantity]) => ({ skuId, quantity }));
};

export const toItem = (line: PricedLine): OrderItem => ({
  ...line,
  amountFen: timesFen(line.priceFen, line.quantity),
});

/** @throws ORDER_AMOUNT_TOO_LARGE */
export const totalOf = (items: readonly OrderItem[]): number => {
  const totalFen = addFen(...items.map(({ amountFen }) => amountFen));
  if (totalFen > PAYABLE_FEN_MAX)
    throw orderError('ORDER_AMOUNT_TOO_LARGE', { data: { maxFen: PAYABLE_FEN_MAX, totalFen } });
  return totalFen;
};

interface Placing {
  readonly id: string;
  readonly orderNo: string;
  readonly userId: string;
  readonly items: readonly OrderItem[];
  readonly address: DeliveryAddress;
  readonly remark: string;
  readonly nowMs: number;
  readonly expiresAtMs: number;
}

/** A new order; one that costs nothing is paid already, with all that follows from it. */
export const place = ({ nowMs, ...placing }: Placing): OrderChange => {
  const totalFen = totalOf(placing.items);
  const isFree = totalFen === 0;
  const next: Order = {
    ...placing,
    status: isFree ? 'paid' : 'pending_payment',
    resumeStatus: null,
    totalFen,
    payableFen: totalFen,
    refunds: [],
    createdAtMs: nowMs,
    payStartedAtMs: null,
    paidAtMs: isFree ? nowMs : null,
    transactionId: null,
    shipment: null,
    completedAtMs: null,
    closedAtMs: null,
    closeReason: null,
    lateMoneyFen: 0,
    actAtMs: isFree ? null : placing.expiresAtMs,
  };
  const { payableFen } = next;
  const paid = { ...about(next), payableFen, transactionId: null, paidAtMs: nowMs };
  return {
    next,
    facts: [
      {
        name: 'created',
        payload: { ...about(next), totalFen, payableFen, createdAtMs: nowMs },
      },
      ...(isFree ? [{ name: 'paid', payload: paid } as const] : []),
    ],
    followUps: isFree ? [{ kind: 'commitStock' }] : [],
  };
};
