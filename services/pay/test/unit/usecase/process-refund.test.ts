import { isError } from '@app/kernel';
import { fakeClock } from '@app/testing';
import t from 'tap';
import type { WechatPay } from '../../../src/service.ts';
import { createProcessRefund } from '../../../src/usecase/process-refund.ts';
import { aPayment, aRefund, NOON_MS, paidOf } from '../../support/builders.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const never = (): never => {
  throw new Error('is not asked here');
};

t.test('a refund that is "not yet" again and again calls for help', async (t) => {
  const clock = fakeClock(NOON_MS);
  const { payments, refunds } = createMemoryStore(clock);
  const payment = paidOf(aPayment());
  const refund = aRefund(payment);
  await payments.insert(payment);
  await refunds.request(refund.refundNo, payment.orderNo, () => refund);
  const alarms: unknown[] = [];
  const wechatPay: WechatPay = {
    ...{ mchid: '1', createPrepay: never, findTransaction: never, close: never },
    signCashier: never,
    findRefund: () => Promise.resolve(undefined),
    createRefund: () =>
      Promise.resolve({ kind: 'later', code: 'INVALIDREQUEST', pauseMs: 120_000 }),
  };
  const process = createProcessRefund({
    ...{ refunds, wechatPay, clock },
    jobs: { queryPayment: never, processRefund: () => Promise.resolve() },
    alarms: {
      ...{ mismatch: never, abnormalRefund: never, billFailed: never, differences: never },
      rejectedRefund: (_refundNo, error) => void alarms.push(error),
    },
  });

  for (let tries = 0; tries < 5; tries += 1) {
    await process({ refundNo: refund.refundNo });
    clock.advance(120_000);
  }
  t.strictSame(alarms, [], 'a few times it may pass by itself');
  await process({ refundNo: refund.refundNo });

  t.equal(alarms.length, 1);
  t.ok(isError(alarms[0], 'UPSTREAM_WECHAT_PAY_REJECTED'));
  t.match(alarms[0], { data: { code: 'INVALIDREQUEST' } });
  t.equal((await refunds.find(refund.refundNo))?.state, 'requested', 'and it goes on trying');
});
