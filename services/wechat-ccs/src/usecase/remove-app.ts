import { wechatCcsError } from '../errors.ts';
import type { AppRegistry, AppRepository } from '../repository.ts';
import type { AdminJournal, AppHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly registry: Pick<AppRegistry, 'read'>;
  readonly rows: Pick<AppRepository, 'remove'>;
  readonly hints: AppHints;
  readonly journal: AdminJournal;
}

/** What the environment says counts again, if it knows the account; else it is gone. */
export const createRemoveApp =
  ({ registry, rows, hints, journal }: Deps): Usecases['removeApp'] =>
  async ({ appId, version }, { adminId }) => {
    const data = { appId };
    if ((await registry.read(appId)) === undefined) {
      throw wechatCcsError('WECHAT_APP_UNKNOWN', { data });
    }
    if (!(await rows.remove(appId, version))) throw wechatCcsError('WECHAT_APP_CHANGED', { data });
    journal.wrote(adminId, 'remove', appId, { version });
    await hints.changed(appId);
    return null;
  };
