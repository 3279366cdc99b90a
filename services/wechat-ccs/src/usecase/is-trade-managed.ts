import type { AppDirectory } from '../repository.ts';
import type { Shipping } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly shipping: Shipping;
}

export const createIsTradeManaged =
  ({ apps, shipping }: Deps): Usecases['isTradeManaged'] =>
  async ({ appId }) =>
    shipping.isTradeManaged(apps.getMiniProgram(appId).appId);
