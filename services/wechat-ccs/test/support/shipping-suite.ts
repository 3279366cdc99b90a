import type { ParamsOf, wechatCcs } from '@app/contracts';
import { testNamespace } from '@app/testing';
import type { Test } from 'tap';
import { migratedDatabase } from './real-stores.ts';
import { startSandbox, WXMP } from './start-sandbox.ts';
import { startCaller, startService } from './start-service.ts';

const MCHID = '1900000001';

export const BUYER = 'o-buyer';
export type Upload = ParamsOf<typeof wechatCcs.actions.uploadShippingInfo>;

/**
 * Three nodes of the service, WeChat, and orders that were paid. Breakers stay open for a while, so
 * tests with faults have a node each.
 */
export const startShippingSuite = async (t: Test) => {
  const { url, wechat, faults, clock } = await startSandbox(t);
  const database = await migratedDatabase(t);
  const namespace = testNamespace();
  const startNode = () => startService(t, { namespace, database, wechatUrl: url });
  const hosts = await Promise.all([startNode(), startNode(), startNode()]);
  const { call } = await startCaller(t, namespace);
  let serial = 0;

  const callNode =
    (index: number): typeof call =>
    (action, params, options) =>
      call(action, params, { ...options, nodeId: hosts[index]!.nodeId });

  /** An order that the buyer has paid, and what to tell WeChat of it. */
  const paid = (visibleAfterMs = 0) => {
    faults.clear();
    serial += 1;
    const transactionId = `420000${serial}`;
    const outTradeNo = `A2026${serial}`;
    const order = wechat.shipping.addPaidOrder({
      appid: WXMP.appId,
      openid: BUYER,
      transactionId,
      mchid: MCHID,
      outTradeNo,
      amountFen: 1990,
      visibleAfterMs,
    });
    const upload = (change: Partial<Upload> = {}): Upload => ({
      payment: { transactionId },
      openid: BUYER,
      logistics: 'express',
      parcels: [
        {
          trackingNo: 'SF1234567890',
          carrier: 'SF',
          description: '盲盒',
          receiverPhone: '13812345678',
        },
      ],
      ...change,
    });
    const byMerchant = { mchId: MCHID, outTradeNo };
    return { order, upload, transactionId, payment: { transactionId }, byMerchant };
  };

  return { call, callNode, clock, faults, paid, wechat };
};
