import { toRfc3339 } from '@app/kernel';
import type { AppDirectory } from '../repository.ts';
import type { AdminJournal, TokenKeeper } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: Pick<AppDirectory, 'get'>;
  readonly keeper: Pick<TokenKeeper, 'ensure' | 'renew'>;
  readonly journal: AdminJournal;
}

export const createRefreshApp =
  ({ apps, keeper, journal }: Deps): Usecases['refreshApp'] =>
  async ({ appId: wantedAppId, force = false }, { adminId }) => {
    const { appId } = apps.get(wantedAppId);
    // Before it is made: also of a refresh that fails it must be known who wanted it.
    journal.wrote(adminId, 'refresh', appId, { force });
    const token = force ? await keeper.renew(appId) : await keeper.ensure(appId);
    return { version: token.version, expiresAt: toRfc3339(token.expiresAtMs) };
  };
