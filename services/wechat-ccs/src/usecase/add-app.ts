import type { StoredApp } from '../domain/app-registry.ts';
import { toStoredView } from '../domain/views.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppRegistry, AppRepository } from '../repository.ts';
import type { AdminJournal, AppHints, CredentialTrial } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly registry: Pick<AppRegistry, 'read'>;
  readonly rows: Pick<AppRepository, 'add'>;
  readonly trial: CredentialTrial;
  readonly hints: AppHints;
  readonly journal: AdminJournal;
}

export const createAddApp =
  ({ registry, rows, trial, hints, journal }: Deps): Usecases['addApp'] =>
  async (command, { adminId, language }) => {
    const { appId, kind, name, secret, tokenKind = 'stable', isEnabled = true } = command;
    const exists = () => wechatCcsError('WECHAT_APP_EXISTS', { data: { appId } });
    if ((await registry.read(appId)) !== undefined) throw exists();
    await trial.run(appId, secret, language);
    const app: StoredApp = {
      appId,
      kind,
      name,
      secret,
      tokenKind,
      isEnabled,
      push: { token: command.pushToken ?? null, encodingAesKey: command.encodingAesKey ?? null },
      version: 1,
      isUnreadable: false,
    };
    if (!(await rows.add(app))) throw exists();
    journal.wrote(adminId, 'add', appId, { kind, tokenKind, isEnabled });
    await hints.changed(appId);
    return toStoredView(app);
  };
