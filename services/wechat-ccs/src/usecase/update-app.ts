import { changedApp, changedFields, needsTrial, secretAfter } from '../domain/app-change.ts';
import { toStoredView } from '../domain/views.ts';
import { wechatCcsError } from '../errors.ts';
import type { Usecases } from '../usecase.ts';
import { readApp, spread, tryAtWechat, type UpkeepDeps } from './app-upkeep.ts';

export const createUpdateApp =
  (deps: UpkeepDeps): Usecases['updateApp'] =>
  async ({ appId, version, ...change }, admin) => {
    const { registry, rows, trial, journal } = deps;
    const changed = () => wechatCcsError('WECHAT_APP_CHANGED', { data: { appId } });
    const entry = await readApp(registry, appId);
    if (entry.version !== version) throw changed();
    const secret = secretAfter(entry, change);
    if (secret === null) throw wechatCcsError('WECHAT_APP_SECRET_MISSING', { data: { appId } });
    const next = changedApp(entry, change);
    if (next.isEnabled && needsTrial(entry, change)) {
      await tryAtWechat(trial, appId, secret, admin);
    }
    // The first change of an account of the environment makes its row.
    const isWritten = version === 0 ? await rows.add(next) : await rows.replace(version, next);
    if (!isWritten) throw changed();
    journal.wrote(admin.adminId, 'update', appId, {
      version: next.version,
      fields: changedFields(change),
    });
    await spread(deps, appId);
    return toStoredView(next);
  };
