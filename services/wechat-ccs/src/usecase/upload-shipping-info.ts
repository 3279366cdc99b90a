import { isError, type Clock } from '@app/kernel';
import { checkShipping, isUploaded, type ShippingInput } from '../domain/shipping.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppDirectory, UploadTimes } from '../repository.ts';
import type { Shipping } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly shipping: Shipping;
  readonly uploadTimes: UploadTimes;
  readonly clock: Clock;
}

type Command = Parameters<Usecases['uploadShippingInfo']>[0];

const checked = ({ logistics, mode = 'unified', isAllDelivered, parcels }: Command) => {
  const result = checkShipping({ logistics, mode, isAllDelivered, parcels });
  if (result.ok) return result.shipping;
  const { field, rule } = result;
  throw wechatCcsError('WECHAT_SHIPPING_INVALID', { data: { field, rule } });
};

/** An upload whose answer got lost, or that comes too late, is judged by what WeChat holds. */
export const createUploadShippingInfo = (deps: Deps): Usecases['uploadShippingInfo'] => {
  const { apps, shipping, uploadTimes, clock } = deps;

  /** Whether it is there; a query that fails as well leaves the failure that led to it. */
  const isThere = async (appId: string, { payment }: Command, wanted: ShippingInput) => {
    const order = await shipping.find(appId, payment).catch(() => undefined);
    return order !== undefined && isUploaded(order, wanted);
  };

  return async (command) => {
    const { appId } = apps.getMiniProgram(command.appId);
    const { payment, openid } = command;
    const wanted = checked(command);
    const uploadAtMs = await uploadTimes.next(appId, payment, clock.nowMs());
    const upload = { payment, openid, shipping: wanted, uploadAtMs };
    try {
      const answer = await shipping.upload(appId, upload);
      if (typeof answer === 'string') return { outcome: answer };
      if (await isThere(appId, command, wanted)) return { outcome: 'uploaded' };
      throw answer.lost;
    } catch (error) {
      const isDone = isError(error, 'WECHAT_SHIPPING_DONE');
      if (isDone && (await isThere(appId, command, wanted))) return { outcome: 'unchanged' };
      throw error;
    }
  };
};
