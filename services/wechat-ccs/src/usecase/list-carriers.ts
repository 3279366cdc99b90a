import type { AppDirectory } from '../repository.ts';
import type { CarrierList } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly carriers: CarrierList;
}

export const createListCarriers =
  ({ apps, carriers }: Deps): Usecases['listCarriers'] =>
  async ({ appId }) => ({
    carriers: [...(await carriers.get(apps.getMiniProgram(appId).appId))],
  });
