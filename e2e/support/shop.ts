import { createUlids } from '@app/kernel';
import { adminToken } from './admin-token.ts';
import type { Answer } from './http.ts';
import type { Suite } from './suite.ts';

const ids = createUlids();

export interface OrderSeen {
  readonly orderNo: string;
  readonly status: string;
  readonly totalFen: number;
  readonly payableFen: number;
  readonly refundedFen: number;
  readonly expiresAt: string;
  readonly items: readonly Record<string, unknown>[];
}
interface RefundSeen {
  readonly refundNo: string;
  readonly status: string;
  readonly amountFen: number;
}

const must = <Data>({ status, body }: Answer<Data>): Data => {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.data;
};

const home = {
  ...{ name: '张小明', phone: '13812345678', detail: '科技园 1 号楼 101' },
  ...{ province: '广东省', city: '深圳市', district: '南山区' },
};

const createBuyer = async ({ client, signIn }: Suite, openid?: string) => {
  const { accessToken: token, user } = await signIn(openid);
  const { id: addressId } = must(
    await client.post<{ id: string }>('/api/v1/users/me/addresses', home, { token }),
  );
  const post = <Data = unknown>(path: string, body: unknown, key?: string) =>
    client.post<Data>(path, body, {
      token,
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
    });
  return {
    userId: user.id,
    addressId,
    post,
    get: <Data = unknown>(path: string) => client.get<Data>(path, { token }),
    order: async (skuId: string, quantity: number, key = ids.next()) =>
      must(
        await post<OrderSeen>('/api/v1/orders', { items: [{ skuId, quantity }], addressId }, key),
      ),
    pay: async (orderNo: string) =>
      must(await post<{ prepayId: string }>(`/api/v1/orders/${orderNo}/pay`, {})),
    read: async (orderNo: string) =>
      must(await client.get<OrderSeen>(`/api/v1/orders/${orderNo}`, { token })),
    refund: async (orderNo: string, amountFen?: number) => {
      const body = { reason: '不想要了', ...(amountFen === undefined ? {} : { amountFen }) };
      return must(await post<RefundSeen>(`/api/v1/orders/${orderNo}/refunds`, body, ids.next()));
    },
  };
};

/** Goods to buy, people who buy, and an operator, through the gateway. */
export const startShop = async (suite: Suite) => {
  const { client, sandboxUrl, secrets } = suite;
  const token = adminToken(secrets, [
    ...['goods:read', 'goods:write', 'goods:publish', 'stock:read', 'stock:write'],
    ...['order:read', 'order:ship', 'refund:decide'],
  ]);
  const asOperator = <Data = unknown>(path: string, body: unknown) =>
    client.post<Data>(path, body, { token, headers: { 'idempotency-key': ids.next() } });
  const control = (method: string, path: string, body: unknown) =>
    fetch(`${sandboxUrl}/__sandbox/wechat-pay/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const tryToPay = (prepayId: string) => control('POST', `prepays/${prepayId}/pay`, {});
  await control('PATCH', `merchants/${secrets['WECHAT_MCHID']}`, { refundGapSeconds: 0 });
  const { id: categoryId } = must(
    await asOperator<{ id: string }>('/admin/v1/categories', { name: '好物' }),
  );
  return {
    asOperator,
    tryToPay,
    buyer: (openid?: string) => createBuyer(suite, openid),
    async payerPays(prepayId: string): Promise<string> {
      const answer = await tryToPay(prepayId);
      if (!answer.ok) throw new Error(`sandbox: ${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { transactionId: string }).transactionId;
    },
    /** From now on WeChat's shipping service sees this payment and waits for its parcel. */
    async awaitsShipping(openid: string, transactionId: string, outTradeNo: string) {
      const body = { openid, transactionId, outTradeNo, mchid: secrets['WECHAT_MCHID'], amount: 1 };
      const answer = await fetch(`${sandboxUrl}/__sandbox/wechat/paid-orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`sandbox: ${answer.status} ${await answer.text()}`);
    },
    /** What WeChat was told of the shipping, as text; `undefined` while it waits. */
    async shippingOf(transactionId: string): Promise<string | undefined> {
      const answer = await fetch(`${sandboxUrl}/__sandbox/wechat/paid-orders`);
      const list = (await answer.json()) as { transactionId: string; shipping?: object }[];
      const shipping = list.find((one) => one.transactionId === transactionId)?.shipping;
      return shipping === undefined ? undefined : JSON.stringify(shipping);
    },
    /** New goods with one SKU, on sale. */
    async sku({ priceFen, onHand }: { readonly priceFen: number; readonly onHand: number }) {
      const { id, skus } = must(
        await asOperator<{ id: string; skus: { id: string }[] }>('/admin/v1/goods', {
          ...{ title: '青瓷茶壶', images: ['https://img.example.com/a.png'], categoryId },
          skus: [{ name: '大号', priceFen }],
        }),
      );
      must(await asOperator(`/admin/v1/goods/${id}/publish`, {}));
      const skuId = skus[0]?.id ?? '';
      must(await client.send('PUT', `/admin/v1/stock/${skuId}`, { token, body: { onHand } }));
      return skuId;
    },
    /** Where orders and payments contradict each other right now, also what may still be settling. */
    async moneyDifferences() {
      const { differences, nextCursor } = must(
        await client.post<{ differences: object[]; nextCursor: string | null }>(
          '/internal/v1/orders/audit',
          { limit: 1000, settlingMs: 0 },
          { headers: { 'x-internal-key': secrets['INTERNAL_API_KEY'] ?? '' } },
        ),
      );
      if (nextCursor !== null) throw new Error('more orders than one page');
      return differences;
    },
    async available(skuId: string) {
      const { body } = await client.get<{ items: { skuId: string; available: number }[] }>(
        '/admin/v1/stock?limit=100',
        { token },
      );
      return body.data.items.find((item) => item.skuId === skuId)?.available;
    },
    async approve(orderNo: string, refundNo: string, returned: unknown[] = []) {
      must(
        await asOperator(`/admin/v1/orders/${orderNo}/refunds/${refundNo}/approve`, { returned }),
      );
    },
  };
};

export type Shop = Awaited<ReturnType<typeof startShop>>;
