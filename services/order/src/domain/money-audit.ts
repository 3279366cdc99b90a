import type {
  MoneyDifference,
  MoneyDifferenceKind,
  OrderRefundStatus,
  OrderStatus,
  RecordedPayment,
} from '@app/contracts';

/** What an order says of its money. */
export interface OrderMoney {
  readonly id: string;
  readonly orderNo: string;
  readonly status: OrderStatus;
  readonly payableFen: number;
  readonly isPaid: boolean;
  readonly transactionId: string | null;
  readonly lateMoneyFen: number;
  readonly updatedAtMs: number;
  readonly refunds: readonly {
    readonly refundNo: string;
    readonly amountFen: number;
    readonly status: OrderRefundStatus;
    readonly updatedAtMs: number;
  }[];
}

type RefundState = RecordedPayment['refunds'][number]['state'];
/** `none`: pay does not have it. */
type Recorded = RefundState | 'none';

/** What `pay` says of a refund when both agree. */
const agreed: Readonly<Record<OrderRefundStatus, readonly Recorded[]>> = {
  requested: ['none'],
  rejected: ['none'],
  processing: ['requested', 'processing'],
  abnormal: ['abnormal'],
  succeeded: ['succeeded'],
  // Given up by WeChat, or refused by pay so that it never was.
  failed: ['closed', 'none'],
};

const sumOf = (refunds: RecordedPayment['refunds'], ...states: readonly RefundState[]): number =>
  refunds
    .filter(({ state }) => states.includes(state))
    .reduce((sum, { amountFen }) => sum + amountFen, 0);

const hasMoney = ({ state }: RecordedPayment): boolean => state === 'paid' || state === 'paid_late';

type Finding = Omit<MoneyDifference, 'orderNo'>;

const finding = (kind: MoneyDifferenceKind, order: unknown, pay: unknown): readonly Finding[] => [
  { kind, order: String(order), pay: String(pay) },
];
const unless = (
  isFine: boolean,
  ...[kind, order, pay]: Parameters<typeof finding>
): readonly Finding[] => (isFine ? [] : finding(kind, order, pay));

const auditPaid = (order: OrderMoney, payment: RecordedPayment | undefined): readonly Finding[] => {
  if (order.payableFen === 0) return [];
  if (payment === undefined) return finding('paymentMissing', `${order.payableFen} fen`, 'none');
  if (payment.state !== 'paid') return finding('paymentNotPaid', order.status, payment.state);
  const { transactionId } = order;
  const isSame = transactionId === payment.transactionId;
  return unless(isSame, 'transactionDiffers', transactionId, payment.transactionId);
};

const auditClosed = (order: OrderMoney, payment: RecordedPayment): readonly Finding[] => {
  if (!hasMoney(payment))
    return unless(payment.state === 'closed', 'paymentOpen', 'closed', payment.state);
  const { totalFen, refunds } = payment;
  const back = sumOf(refunds, 'requested', 'processing', 'succeeded');
  return [
    ...unless(order.lateMoneyFen === totalFen, 'lateMoneyUnknown', order.lateMoneyFen, totalFen),
    ...unless(back === totalFen, 'moneyKept', 'closed', `${totalFen - back} fen kept`),
  ];
};

const auditPayment = (
  order: OrderMoney,
  payment: RecordedPayment | undefined,
): readonly Finding[] => {
  if (order.isPaid) return auditPaid(order, payment);
  if (payment === undefined) return [];
  if (order.status === 'closed') return auditClosed(order, payment);
  return unless(!hasMoney(payment), 'orderNotPaid', order.status, payment.state);
};

const auditAmounts = (order: OrderMoney, payment: RecordedPayment): readonly Finding[] => {
  const { totalFen, refundedFen, refunds } = payment;
  const { status, payableFen } = order;
  const back = sumOf(refunds, 'succeeded');
  const kind = payableFen === 0 ? 'paymentUnexpected' : 'amountDiffers';
  const sum = sumOf(refunds, 'requested', 'processing', 'succeeded', 'abnormal');
  return [
    ...unless(totalFen === payableFen, kind, payableFen, totalFen),
    ...unless(status !== 'refunded' || back === payableFen, 'notRefunded', payableFen, back),
    ...unless(refundedFen === sum, 'refundedSumDiffers', sum, refundedFen),
  ];
};

const auditRefunds = (
  order: OrderMoney,
  recorded: RecordedPayment['refunds'],
): readonly Finding[] => {
  const asked = order.refunds.flatMap(({ refundNo, amountFen, status }): readonly Finding[] => {
    // Nothing to give back: an order worth nothing whose pieces were gone.
    if (amountFen === 0) return [];
    const theirs = recorded.find((one) => one.refundNo === refundNo);
    const state: Recorded = theirs?.state ?? 'none';
    if (!agreed[status].includes(state)) {
      const kind = state === 'none' ? 'refundMissing' : 'refundStateDiffers';
      return finding(kind, `${refundNo} ${status}`, state);
    }
    const isSame = theirs === undefined || theirs.amountFen === amountFen;
    return unless(isSame, 'refundAmountDiffers', `${refundNo} ${amountFen}`, theirs?.amountFen);
  });
  const known = new Set(order.refunds.map(({ refundNo }) => refundNo));
  const unasked = recorded.filter(
    ({ refundNo, cause }) => cause === 'requested' && !known.has(refundNo),
  );
  return [
    ...asked,
    ...unasked.flatMap(({ refundNo, state }) =>
      finding('refundUnknown', 'none', `${refundNo} ${state}`),
    ),
  ];
};

/** Where an order and its payment contradict each other. */
export const auditOrder = (
  order: OrderMoney,
  payment: RecordedPayment | undefined,
): readonly MoneyDifference[] =>
  [
    ...auditPayment(order, payment),
    ...(payment === undefined ? [] : auditAmounts(order, payment)),
    ...auditRefunds(order, payment?.refunds ?? []),
  ].map((one) => ({ orderNo: order.orderNo, ...one }));

/** When either side last changed: facts need a moment to reach the other. */
export const lastChangeMs = (order: OrderMoney, payment: RecordedPayment | undefined): number =>
  Math.max(
    ...[
      order,
      ...order.refunds,
      ...(payment === undefined ? [] : [payment, ...payment.refunds]),
    ].map(({ updatedAtMs }) => updatedAtMs),
  );
