import { goods, pay, stock, user, wechatCcs } from '@app/contracts';
import { assert, isError } from '@app/kernel';
import type { ActionCaller } from '@app/runtime';
import type {
  Payments,
  PaymentState,
  People,
  Prices,
  ShippingReports,
  Stock,
} from '../../service.ts';

export const createPrices = (call: ActionCaller): Prices => ({
  async priceLines(items) {
    const { lines } = await call(goods.actions.priceLines, { items: [...items] });
    return lines;
  },
});

export const createPeople = (call: ActionCaller, appId: string): People => ({
  async address(userId, addressId) {
    const found = await call(user.actions.getAddress, { userId, addressId });
    const { name, phone, province, city, district, detail } = found;
    return { name, phone, province, city, district, detail };
  },
  async openid(userId) {
    const { openid } = await call(user.actions.findWechatOpenid, { userId, appId });
    return openid;
  },
});

export const createStock = (call: ActionCaller): Stock => ({
  reserve: (orderNo, lines, expiresAtMs) =>
    call(stock.actions.reserve, { orderNo, lines: [...lines], expiresAtMs }),
  async commit(orderNo) {
    const { outcome } = await call(stock.actions.commit, { orderNo });
    return outcome === 'committed' ? 'committed' : 'gone';
  },
  async release(orderNo, reason) {
    await call(stock.actions.release, { orderNo, reason });
  },
  async returnPieces(orderNo, refundNo, lines) {
    await call(stock.actions.returnStock, { orderNo, refundNo, lines: [...lines] });
  },
});

/** A reader waits no longer for WeChat than this. */
const FIND_MS = 2000;

interface PaymentView {
  readonly state: string;
  readonly totalFen: number;
  readonly transactionId: string | null;
  readonly paidAtMs: number | null;
}

const toState = ({ state, totalFen, transactionId, paidAtMs }: PaymentView): PaymentState => {
  if (state === 'paid' && transactionId !== null && paidAtMs !== null)
    return { kind: 'paid', totalFen, transactionId, paidAtMs };
  // Late money belongs to a closed order, and pay gives it back.
  return { kind: state === 'pending' ? 'pending' : 'closed' };
};

const noneIfUnknown = async (asked: Promise<PaymentView>): Promise<PaymentState> => {
  try {
    return toState(await asked);
  } catch (error) {
    if (isError(error, 'PAYMENT_NOT_FOUND')) return { kind: 'none' };
    throw error;
  }
};

export const createPayments = (call: ActionCaller, appId: string): Payments => ({
  createPrepay: (request) => call(pay.actions.createPrepay, { appId, ...request }),
  find: (orderNo) =>
    noneIfUnknown(
      call(pay.actions.findPayment, { orderNo, refresh: true }, { timeoutMs: FIND_MS }),
    ),
  async findAll(orderNos) {
    const { items } = await call(pay.actions.findPayments, { orderNos: [...orderNos] });
    return items;
  },
  close: (orderNo) => noneIfUnknown(call(pay.actions.closePayment, { orderNo })),
  async createRefund(request) {
    await call(pay.actions.createRefund, request);
  },
});

export const createShippingReports = (
  call: ActionCaller,
  people: Pick<People, 'openid'>,
  appId: string,
): ShippingReports => ({
  async upload({ userId, transactionId, shipment, items, address }) {
    assert(transactionId !== null && shipment !== null, 'what is uploaded was paid and shipped');
    const openid = await people.openid(userId);
    assert(openid !== null, 'who paid in this app has an openid there');
    const { carrier, trackingNo } = shipment;
    const description = items.map(({ title, quantity }) => `${title}*${quantity}`).join('，');
    await call(wechatCcs.actions.uploadShippingInfo, {
      ...{ appId, openid, payment: { transactionId }, logistics: 'express' },
      parcels: [
        {
          ...{ carrier, trackingNo, receiverPhone: address.phone },
          description: Array.from(description).slice(0, 500).join(''),
        },
      ],
    });
  },
});
