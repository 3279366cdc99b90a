import t from 'tap';
import type { ShippedOrder } from '../../../src/domain/shipping.ts';
import { wechatCcsError } from '../../../src/errors.ts';
import type { Shipping } from '../../../src/service.ts';
import { createUploadShippingInfo } from '../../../src/usecase/upload-shipping-info.ts';
import { buildDeps, NOON_MS, OA } from '../../support/build-deps.ts';
import { createMemoryUploadTimes } from '../../support/memory-stores.ts';

const parcel = { trackingNo: 'Z1', carrier: 'ZTO', description: '盲盒' };
const command = {
  payment: { transactionId: '42' },
  openid: 'o-1',
  logistics: 'express' as const,
  parcels: [parcel],
};

const held = {
  shipping: {
    logistics: 'express',
    mode: 'unified',
    isFinished: true,
    finishCount: 1,
    parcels: [parcel],
  },
} as unknown as ShippedOrder;

const lost = wechatCcsError('UPSTREAM_WECHAT_TIMEOUT');

const build = (answers: Partial<Pick<Shipping, 'upload' | 'find'>>) => {
  const times: number[] = [];
  const { upload: answer = () => Promise.resolve('uploaded' as const), find } = answers;
  const shipping = {
    upload: (...args: Parameters<Shipping['upload']>) => {
      times.push(args[1].uploadAtMs);
      return answer(...args);
    },
    find: find ?? (() => Promise.reject(new Error('not asked for'))),
  } as unknown as Shipping;
  const upload = createUploadShippingInfo({
    ...buildDeps(),
    shipping,
    uploadTimes: createMemoryUploadTimes(),
  });
  return { upload, times };
};

t.test('each upload of a payment has a later time', async (t) => {
  const { upload, times } = build({});

  await upload(command);
  await upload(command);

  t.strictSame(times, [NOON_MS, NOON_MS + 1]);
});

t.test('a lost answer is judged by what WeChat holds', async (t) => {
  const answer = { upload: () => Promise.resolve({ lost }) };
  const there = build({ ...answer, find: () => Promise.resolve(held) });
  const other = build({ ...answer, find: () => Promise.resolve({ ...held, shipping: null }) });
  const blind = build({
    ...answer,
    find: () => Promise.reject(wechatCcsError('UPSTREAM_WECHAT_UNAVAILABLE')),
  });

  t.strictSame(await there.upload(command), { outcome: 'uploaded' });
  await t.rejects(other.upload(command), { code: 'UPSTREAM_WECHAT_TIMEOUT' });
  await t.rejects(blind.upload(command), { code: 'UPSTREAM_WECHAT_TIMEOUT' });
  t.equal(there.times.length, 1, 'it is not sent again');
});

t.test('shipped already with just this is no failure', async (t) => {
  const answer = { upload: () => Promise.reject(wechatCcsError('WECHAT_SHIPPING_DONE')) };
  const same = build({ ...answer, find: () => Promise.resolve(held) });
  const other = build({ ...answer, find: () => Promise.resolve({ ...held, shipping: null }) });

  t.strictSame(await same.upload(command), { outcome: 'unchanged' });
  await t.rejects(other.upload(command), { code: 'WECHAT_SHIPPING_DONE' });
});

t.test('only a mini program has orders, and what breaks a rule is named', async (t) => {
  const { upload, times } = build({});

  await t.rejects(upload({ ...command, appId: OA }), { code: 'WECHAT_APP_UNKNOWN' });
  await t.rejects(upload({ ...command, mode: 'split' }), {
    code: 'WECHAT_SHIPPING_INVALID',
    data: { field: 'isAllDelivered' },
  });
  t.strictSame(times, []);
});
