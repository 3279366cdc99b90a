import type { AppDirectory } from '../repository.ts';
import type { Shipping } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly shipping: Shipping;
}

export const createRemindReceipt =
  ({ apps, shipping }: Deps): Usecases['remindReceipt'] =>
  async ({ appId: wantedAppId, payment, receivedAt }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const outcome = await shipping.remindReceipt(appId, payment, Date.parse(receivedAt));
    return { outcome };
  };
