import { randomUUID } from 'node:crypto';
import type { CategoryTree, GoodsView, OrderView, SkuView } from '@app/contracts';
import { fenToYuan } from '@app/kernel';
import { CommandError, bold, say } from '../say.ts';
import type { Step } from './narrator.ts';
import type { MallOperator } from './operator.ts';
import type { Shopper } from './shopper.ts';

const QUANTITY = 2;

const yuan = (fen: number): string => `¥${fenToYuan(fen)}`;

const list = (items: readonly GoodsView[]): string =>
  items.map(({ title, skus }) => `${title} ${yuan(skus[0]?.priceFen ?? 0)}`).join(', ');

interface Page<Item> {
  readonly items: readonly Item[];
}

const browse = async (step: Step): Promise<{ readonly id: string; readonly sku: SkuView }> => {
  const names = ({ name, children }: CategoryTree): string =>
    `${name} (${children.map((child) => child.name).join(', ')})`;
  await step('What does the mall have?', 'GET', '/api/v1/categories', {
    show: ({ items }: Page<CategoryTree>) => items.map(names).join(' · '),
  });
  const { items } = await step<Page<GoodsView>>(
    'The shopper looks for a cup: 杯.',
    'GET',
    `/api/v1/goods?keyword=${encodeURIComponent('杯')}`,
    { show: (page) => list(page.items) },
  );
  const [found] = items;
  const [sku] = found?.skus ?? [];
  if (found === undefined || sku === undefined)
    throw new CommandError('there is no cup to buy: the demo needs GOODS_DEMO_DATA=true');
  return { id: found.id, sku };
};

const lookCloser = async (step: Step, id: string): Promise<void> => {
  await step<GoodsView>('A closer look.', 'GET', `/api/v1/goods/${id}`, {
    until: ({ skus }) => (skus[0]?.available ?? 0) >= QUANTITY,
    show: ({ skus }) =>
      skus
        .map(({ name, priceFen, available }) => `${name}: ${yuan(priceFen)}, ${available} left`)
        .join(' · '),
  });
};

interface Cashier {
  readonly prepayId: string;
  readonly timeStamp: string;
  readonly nonceStr: string;
  readonly package: string;
  readonly signType: string;
  readonly paySign: string;
}

interface Merchant {
  readonly mchid: string;
  readonly appids: readonly string[];
}

const sandboxPay = '/__sandbox/wechat-pay';

const merchant = async (step: Step): Promise<Merchant> => {
  const [mine] = await step<readonly Merchant[]>(
    'Whose shop is it for WeChat Pay?',
    'GET',
    `${sandboxPay}/merchants`,
    { show: (all) => all.map(({ mchid, appids }) => `${mchid} with ${appids.join()}`).join('; ') },
  );
  if (mine === undefined) throw new CommandError('the sandbox of WeChat Pay has no merchant');
  await step(
    'WeChat Pay wants a minute between two refunds of one order; the demo does without.',
    'PATCH',
    `${sandboxPay}/merchants/${mine.mchid}`,
    { body: { refundGapSeconds: 0 }, show: () => 'refundGapSeconds 0' },
  );
  return mine;
};

interface Buyer {
  readonly step: Step;
  readonly shopper: Shopper;
  readonly operator: MallOperator;
}

const orderPath = (orderNo: string): string => `/api/v1/orders/${orderNo}`;

const pay = async ({ step, shopper }: Buyer, orderNo: string): Promise<void> => {
  const token = shopper.accessToken;
  const { mchid, appids } = await merchant(step);
  const { prepayId, ...cashier } = await step<Cashier>(
    'The shopper wants to pay: this is what wx.requestPayment takes.',
    'POST',
    `${orderPath(orderNo)}/pay`,
    { token, body: {} },
  );
  const { transactionId } = await step<{ transactionId: string }>(
    'The cashier on the phone checks our signature; the shopper puts in the password.',
    'POST',
    `${sandboxPay}/prepays/${prepayId}/pay`,
    { body: { openid: shopper.openid, cashier: { appId: appids[0], ...cashier } } },
  );
  const { payableFen } = await step<OrderView>(
    'WeChat Pay tells us, signed; the order is paid.',
    'GET',
    orderPath(orderNo),
    {
      token,
      until: ({ status }) => status === 'paid',
      show: (order) => `${order.status} ${yuan(order.payableFen)} at ${order.paidAt ?? '–'}`,
    },
  );
  await step(
    "WeChat's shipping service waits for the parcel of this payment.",
    'POST',
    '/__sandbox/wechat/paid-orders',
    {
      body: {
        ...{ openid: shopper.openid, transactionId, outTradeNo: orderNo, mchid },
        amount: payableFen,
      },
    },
  );
};

interface Refund {
  readonly refundNo: string;
  readonly amountFen: number;
  readonly status: string;
}

interface RefundWish {
  readonly sentence: string;
  readonly amountFen?: number;
  readonly returned?: readonly object[];
  readonly until: (order: OrderView) => boolean;
}

const refund = async (
  { step, shopper, operator }: Buyer,
  orderNo: string,
  { sentence, amountFen, returned = [], until }: RefundWish,
): Promise<void> => {
  const token = shopper.accessToken;
  const { refundNo } = await step<Refund>(sentence, 'POST', `${orderPath(orderNo)}/refunds`, {
    ...{ token, expect: 201, idempotencyKey: randomUUID() },
    body: { reason: '不想要了', ...(amountFen === undefined ? {} : { amountFen }) },
    show: (asked) => `${yuan(asked.amountFen)} ${asked.status}`,
  });
  await operator.approve(orderNo, refundNo, returned);
  await step<OrderView>('WeChat Pay gives the money back.', 'GET', orderPath(orderNo), {
    ...{ token, until },
    show: ({ status, refundedFen, payableFen }) =>
      `${status}, ${yuan(refundedFen)} of ${yuan(payableFen)} are back`,
  });
};

/** Sums first: names in Chinese are as wide as terminals like. */
const receipt = (order: OrderView): string => {
  const line = (fen: number, text: string): string =>
    `${(fen < 0 ? `-${yuan(-fen)}` : yuan(fen)).padStart(12)}  ${text}`;
  return [
    ...order.items.map(({ skuName, quantity, priceFen, amountFen }) =>
      line(amountFen, `${skuName} × ${quantity}, ${yuan(priceFen)} each`),
    ),
    ...order.refunds.map(({ amountFen, reason, status }) =>
      line(-amountFen, `refund (${reason}), ${status}`),
    ),
    line(order.payableFen - order.refundedFen, `left; order ${order.orderNo} is ${order.status}`),
  ].join('\n');
};

const give = async (buyer: Buyer, order: OrderView): Promise<void> => {
  const { orderNo, payableFen, items } = order;
  const [line] = items;
  const half = Math.floor(payableFen / 2);
  await refund(buyer, orderNo, {
    sentence: `One of the two is a disappointment: half of the money, ${yuan(half)}.`,
    amountFen: half,
    until: ({ refundedFen, status }) => refundedFen === half && status === 'completed',
  });
  await refund(buyer, orderNo, {
    sentence: 'So is the other, and it goes back: the rest of the money.',
    returned: line === undefined ? [] : [{ skuId: line.skuId, quantity: 1 }],
    until: ({ status }) => status === 'refunded',
  });
};

/** From the shelf to the last refund. */
export const purchase = async (buyer: Buyer, addressId: string): Promise<void> => {
  const { step, shopper, operator } = buyer;
  const token = shopper.accessToken;
  const { id, sku } = await browse(step);
  await operator.fillShelf(sku);
  await lookCloser(step, id);
  const wish = {
    items: [{ skuId: sku.id, quantity: QUANTITY }],
    addressId,
    remark: '请放快递柜',
  };
  const order = await step<OrderView>(
    `The shopper orders ${QUANTITY} of them; the key makes a double tap harmless.`,
    'POST',
    '/api/v1/orders',
    {
      ...{ token, expect: 201, idempotencyKey: randomUUID(), body: wish },
      show: ({ orderNo, status, payableFen, expiresAt }) =>
        `${orderNo}: ${QUANTITY} × ${yuan(sku.priceFen)} = ${yuan(payableFen)}, ${status}, held until ${expiresAt}`,
    },
  );
  const { orderNo } = order;
  await pay(buyer, orderNo);
  await operator.ship(orderNo);
  await step<OrderView>('It has come.', 'POST', `${orderPath(orderNo)}/confirm`, {
    ...{ token, body: {} },
    show: ({ status, completedAt }) => `${status} at ${completedAt ?? '–'}`,
  });
  await give(buyer, order);
  const end = await step<OrderView>('What the shopper sees.', 'GET', orderPath(orderNo), {
    token,
    show: ({ status }) => status,
  });
  say(`\n${bold(receipt(end))}\n`);
};
