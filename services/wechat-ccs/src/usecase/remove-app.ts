import { wechatCcsError } from '../errors.ts';
import type { Usecases } from '../usecase.ts';
import { readApp, spread, type UpkeepDeps } from './app-upkeep.ts';

/** What the environment says counts again, if it knows the account; else it is gone. */
export const createRemoveApp =
  (deps: UpkeepDeps): Usecases['removeApp'] =>
  async ({ appId, version }, { adminId }) => {
    const { registry, rows, journal } = deps;
    await readApp(registry, appId);
    if (!(await rows.remove(appId, version))) {
      throw wechatCcsError('WECHAT_APP_CHANGED', { data: { appId } });
    }
    journal.wrote(adminId, 'remove', appId, { version });
    await spread(deps, appId);
    return null;
  };
