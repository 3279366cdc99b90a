import { wechatCcs } from '@app/contracts';
import t from 'tap';
import { BUYER, startShippingSuite, type Upload } from '../support/shipping-suite.ts';
import { WXMP } from '../support/start-sandbox.ts';

const { uploadShippingInfo, findShipping, remindReceipt, listCarriers, isTradeManaged } =
  wechatCcs.actions;
const { appId } = WXMP;
const UPLOAD = '/wxa/sec/order/upload_shipping_info';
const FIND = '/wxa/sec/order/get_order';

const { call, callNode, clock, faults, paid, wechat } = await startShippingSuite(t);

const parcel = (trackingNo: string) => ({ trackingNo, carrier: 'ZTO', description: '盲盒' });

t.test('an order is shipped by either number, with the phone masked', async (t) => {
  const { order, upload, byMerchant } = paid();

  t.strictSame(await call(uploadShippingInfo, upload({ payment: byMerchant })), {
    outcome: 'uploaded',
  });

  t.equal(order.state, 2);
  t.match(order.shipping?.shipping_list, [
    { tracking_no: 'SF1234567890', contact: { receiver_contact: '138****5678' } },
  ]);
});

t.test('of 20 identical uploads at once one takes effect and all succeed', async (t) => {
  const { order, upload } = paid();

  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) => callNode(index % 3)(uploadShippingInfo, upload())),
  );

  t.equal(results.filter(({ outcome }) => outcome === 'uploaded').length, 1);
  t.equal(results.filter(({ outcome }) => outcome === 'unchanged').length, 19);
  t.equal(order.finishCount, 1, 'and the one change is not used up');
});

t.test('what is shipped may be changed once, however fast the change comes', async (t) => {
  const { order, upload } = paid();
  await call(uploadShippingInfo, upload());

  const changed = upload({ parcels: [parcel('ZTO1')] });
  t.equal((await callNode(1)(uploadShippingInfo, changed)).outcome, 'uploaded');

  t.equal(order.finishCount, 2);
  await t.rejects(call(uploadShippingInfo, upload({ parcels: [parcel('ZTO2')] })), {
    code: 'WECHAT_SHIPPING_DONE',
    data: { errcode: 10060003 },
  });
  t.equal((await call(uploadShippingInfo, changed)).outcome, 'unchanged');
});

t.test('parcels of one order may follow each other until the last', async (t) => {
  const { order, upload, payment } = paid();
  const split = { mode: 'split' as const, parcels: [parcel('Z1')] };

  await call(uploadShippingInfo, upload({ ...split, isAllDelivered: false }));
  t.equal(order.state, 1);
  await call(
    uploadShippingInfo,
    upload({ ...split, parcels: [parcel('Z1'), parcel('Z2')], isAllDelivered: true }),
  );

  t.match(await call(findShipping, { payment }), {
    state: 'shipped',
    shipping: {
      mode: 'split',
      isFinished: true,
      parcels: [{ trackingNo: 'Z1' }, { trackingNo: 'Z2' }],
    },
  });
});

t.test('an order that WeChat does not see yet is worth a repeat', async (t) => {
  const { upload, payment } = paid(60_000);
  t.teardown(() => {
    clock.setOffsetMs(0);
  });

  await t.rejects(call(uploadShippingInfo, upload()), {
    code: 'WECHAT_ORDER_NOT_VISIBLE',
    kind: 'unavailable',
  });
  await t.rejects(call(findShipping, { payment }), { code: 'WECHAT_ORDER_NOT_VISIBLE' });
  clock.setOffsetMs(60_000);

  t.equal((await call(uploadShippingInfo, upload())).outcome, 'uploaded');
});

t.test('an answer that gets lost after the effect is looked up, not repeated', async (t) => {
  const { order, upload } = paid();
  const id = faults.add({ match: { path: UPLOAD }, fault: { drop: true } });

  const result = await callNode(1)(uploadShippingInfo, upload());

  t.equal(result.outcome, 'uploaded');
  t.equal(order.finishCount, 1);
  t.equal(faults.list().find((fault) => fault.id === id)!.hits, 1);
});

t.test(
  'a lost upload that took no effect, or cannot be looked up, fails and may be repeated',
  async (t) => {
    const { order, upload } = paid();
    faults.add({ match: { path: UPLOAD }, fault: { drop: true, when: 'before' }, times: 1 });
    await t.rejects(callNode(2)(uploadShippingInfo, upload()), {
      code: 'UPSTREAM_WECHAT_UNAVAILABLE',
    });
    t.equal(order.state, 1);
    faults.add({ match: { path: UPLOAD }, fault: { drop: true }, times: 1 });
    const id = faults.add({ match: { path: FIND }, fault: { errcode: 10060012 } });
    await t.rejects(callNode(2)(uploadShippingInfo, upload()), {
      code: 'UPSTREAM_WECHAT_UNAVAILABLE',
    });
    faults.remove(id);

    t.equal((await callNode(2)(uploadShippingInfo, upload())).outcome, 'unchanged');
    t.equal(order.finishCount, 1);
  },
);

t.test('a token that went stale costs one repeat', async (t) => {
  const { upload } = paid();
  await call(isTradeManaged, {});
  wechat.tokens.forceStable(appId);

  t.equal((await call(uploadShippingInfo, upload())).outcome, 'uploaded');
});

t.test('each refusal of WeChat has a code that says what to do', async (t) => {
  const { upload, transactionId } = paid();
  await t.rejects(call(uploadShippingInfo, upload({ openid: 'o-other' })), {
    code: 'WECHAT_ORDER_OF_OTHER_USER',
  });
  const cases: [number, string][] = [
    [10060004, 'WECHAT_SHIPPING_ILLEGAL_STATE'],
    [10060014, 'WECHAT_SHIPPING_INVALID'],
    [10060026, 'WECHAT_SHIPPING_INVALID'],
    [268485228, 'WECHAT_SHIPPING_INVALID'],
    [10060019, 'UPSTREAM_WECHAT_UNAVAILABLE'],
    [45009, 'WECHAT_QUOTA_EXHAUSTED'],
    [48001, 'UPSTREAM_WECHAT_REJECTED'],
  ];
  for (const [errcode, code] of cases) {
    faults.clear();
    faults.add({ match: { path: UPLOAD }, fault: { errcode }, times: 1 });
    await t.rejects(call(uploadShippingInfo, upload()), { code }, String(errcode));
  }
  faults.clear();
  const refunded = wechat.shipping.find(appId, { transactionId });
  wechat.shipping.refund(refunded);
  await t.rejects(call(uploadShippingInfo, upload()), { code: 'WECHAT_SHIPPING_ILLEGAL_STATE' });
});

t.test(
  'what breaks a rule of shipping is refused by its field before WeChat is asked',
  async (t) => {
    const { upload } = paid();
    const id = faults.add({ match: {}, fault: { status: 500 } });
    const cases: [Partial<Upload>, string][] = [
      [{ mode: 'split', logistics: 'pickup', isAllDelivered: true }, 'mode'],
      [{ mode: 'split' }, 'isAllDelivered'],
      [{ parcels: [parcel('1'), parcel('2')] }, 'parcels'],
      [{ parcels: [{ description: 'x', carrier: 'ZTO' }] }, 'parcels[0].trackingNo'],
      [
        { parcels: [{ description: 'x', carrier: 'SF', trackingNo: '1' }] },
        'parcels[0].receiverPhone',
      ],
      [{ parcels: [{ ...parcel('1'), description: ' \n ' }] }, 'parcels[0].description'],
    ];

    for (const [change, field] of cases) {
      await t.rejects(call(uploadShippingInfo, upload(change)), {
        code: 'WECHAT_SHIPPING_INVALID',
        data: { field },
      });
    }
    await t.rejects(
      call(uploadShippingInfo, upload({ payment: {} } as unknown as Partial<Upload>)),
      { code: 'VALIDATION_FAILED' },
    );

    t.equal(faults.list().find((fault) => fault.id === id)!.hits, 0);
  },
);

t.test('what WeChat knows of an order is told in our words', async (t) => {
  const { order, upload, payment, transactionId, byMerchant } = paid();
  t.match(await call(findShipping, { payment: byMerchant }), {
    transactionId,
    ...byMerchant,
    openid: BUYER,
    paidFen: 1990,
    paidAt: /^\d{4}-.*Z$/,
    state: 'to_ship',
    isInComplaint: false,
    shipping: null,
  });
  await call(uploadShippingInfo, upload());
  wechat.shipping.confirm(order);

  t.match(await call(findShipping, { payment }), {
    state: 'received',
    shipping: { logistics: 'express', mode: 'unified', isFinished: true, finishCount: 1 },
  });
});

t.test('the buyer is asked to confirm once, after the shipping', async (t) => {
  const { order, upload, payment } = paid();
  const reminder = { payment, receivedAt: new Date(Date.now() + 60_000).toISOString() };
  await t.rejects(call(remindReceipt, reminder), {
    code: 'WECHAT_SHIPPING_ILLEGAL_STATE',
    data: { errcode: 10060028 },
  });
  await call(uploadShippingInfo, upload());
  const early = { payment, receivedAt: '2020-01-01T00:00:00.000Z' };
  await t.rejects(call(remindReceipt, early), {
    code: 'WECHAT_SHIPPING_INVALID',
    data: { field: 'receivedAt' },
  });

  t.strictSame(await call(remindReceipt, reminder), { outcome: 'reminded' });
  t.strictSame(await call(remindReceipt, reminder), { outcome: 'already_reminded' });
  t.ok(order.isReminded);
});

t.test('carriers are asked for once a day', async (t) => {
  faults.clear();
  const call = callNode(0);
  const carriers = await Promise.all([call(listCarriers, {}), call(listCarriers, {})]);
  const id = faults.add({ match: {}, fault: { status: 500 } });

  t.strictSame(await call(listCarriers, {}), carriers[0]);

  t.ok(carriers[0].carriers.some(({ id: carrier }) => carrier === 'SF'));
  t.equal(faults.list().find((fault) => fault.id === id)!.hits, 0);
  faults.clear();
});

t.test('whether WeChat holds the money back is known', async (t) => {
  faults.clear();

  t.strictSame(await call(isTradeManaged, {}), { isManaged: true });
  await t.rejects(call(isTradeManaged, { appId: 'wx-else' }), { code: 'WECHAT_APP_UNKNOWN' });
});
