import { createCoherentCache } from '@app/runtime';
import { createMysqlUploadTimes } from '../repository/repo/mysql-upload-times.ts';
import { createWechatShipping } from '../service/client/wechat-shipping.ts';
import { createPurge } from '../service/job/purge.ts';
import { createFindShipping } from '../usecase/find-shipping.ts';
import { createIsTradeManaged } from '../usecase/is-trade-managed.ts';
import { createListCarriers } from '../usecase/list-carriers.ts';
import { createRemindReceipt } from '../usecase/remind-receipt.ts';
import { createUploadShippingInfo } from '../usecase/upload-shipping-info.ts';
import type { Foundation, Group } from './foundation.ts';

const DAY_MS = 86_400_000;

/** Longer than an order can still be shipped. */
const UPLOAD_TIMES_KEEP_MS = 400 * DAY_MS;

/** Shipping information of paid orders. */
export const createShippingGroup = (
  foundation: Foundation,
): Group<
  'uploadShippingInfo' | 'findShipping' | 'remindReceipt' | 'listCarriers' | 'isTradeManaged'
> => {
  const { named, api, host } = foundation;
  const shipping = createWechatShipping(api);
  const uploadTimes = createMysqlUploadTimes(foundation);
  const carriers = createCoherentCache({
    name: 'wechat-carriers',
    max: 100,
    ttlMs: DAY_MS,
    load: (appId: string) => shipping.listCarriers(appId),
  });
  const deps = { ...foundation, shipping, uploadTimes, carriers };
  return {
    handlers: {
      uploadShippingInfo: named('uploadShippingInfo', createUploadShippingInfo(deps)),
      findShipping: named('findShipping', createFindShipping(deps)),
      remindReceipt: named('remindReceipt', createRemindReceipt(deps)),
      listCarriers: named('listCarriers', createListCarriers(deps)),
      isTradeManaged: named('isTradeManaged', createIsTradeManaged(deps)),
    },
    workers: [
      createPurge({
        name: 'shipping uploads',
        logger: host.logger,
        purge: (limit) => uploadTimes.purge(foundation.clock.nowMs() - UPLOAD_TIMES_KEEP_MS, limit),
      }),
    ],
  };
};
