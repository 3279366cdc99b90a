import { toTokenView } from '../domain/views.ts';
import type { AppDirectory } from '../repository.ts';
import type { TokenKeeper } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly keeper: TokenKeeper;
}

export const createInvalidateAccessToken =
  ({ apps, keeper }: Deps): Usecases['invalidateAccessToken'] =>
  async ({ appId, accessToken }) =>
    toTokenView(await keeper.replace(apps.get(appId).appId, accessToken));
