import type { StoredApp } from '../domain/app-registry.ts';
import { toStoredView } from '../domain/views.ts';
import { wechatCcsError } from '../errors.ts';
import type { Usecases } from '../usecase.ts';
import { spread, tryAtWechat, type UpkeepDeps } from './app-upkeep.ts';

export const createAddApp =
  (deps: UpkeepDeps): Usecases['addApp'] =>
  async (command, admin) => {
    const { registry, rows, trial, journal } = deps;
    const { appId, kind, name, secret, tokenKind = 'stable' } = command;
    const exists = () => wechatCcsError('WECHAT_APP_EXISTS', { data: { appId } });
    await registry.reload();
    if (registry.find(appId) !== undefined) throw exists();
    await tryAtWechat(trial, appId, secret, admin);
    const app: StoredApp = {
      appId,
      kind,
      name,
      secret,
      tokenKind,
      isEnabled: true,
      push: { token: command.pushToken ?? null, encodingAesKey: command.encodingAesKey ?? null },
      version: 1,
      isUnreadable: false,
    };
    if (!(await rows.add(app))) throw exists();
    journal.wrote(admin.adminId, 'add', appId, { kind, tokenKind });
    await spread(deps, appId);
    return toStoredView(app);
  };
