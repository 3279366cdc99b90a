import { toShippingView } from '../domain/views.ts';
import type { AppDirectory } from '../repository.ts';
import type { Shipping } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly shipping: Shipping;
}

export const createFindShipping =
  ({ apps, shipping }: Deps): Usecases['findShipping'] =>
  async ({ appId, payment }) =>
    toShippingView(await shipping.find(apps.getMiniProgram(appId).appId, payment));
