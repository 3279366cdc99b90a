import { toTokenView } from '../domain/views.ts';
import type { AppDirectory } from '../repository.ts';
import type { TokenKeeper } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly keeper: TokenKeeper;
}

export const createGetAccessToken =
  ({ apps, keeper }: Deps): Usecases['getAccessToken'] =>
  async ({ appId }) =>
    toTokenView(await keeper.current(apps.get(appId).appId));
