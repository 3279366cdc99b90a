import { changedApp, changedFields, needsTrial, secretAfter } from '../domain/app-change.ts';
import { toStoredView } from '../domain/views.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppRegistry, AppRepository } from '../repository.ts';
import type { AdminJournal, AppHints, CredentialTrial } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly registry: Pick<AppRegistry, 'read'>;
  readonly rows: Pick<AppRepository, 'add' | 'replace'>;
  readonly trial: CredentialTrial;
  readonly hints: AppHints;
  readonly journal: AdminJournal;
}

export const createUpdateApp =
  ({ registry, rows, trial, hints, journal }: Deps): Usecases['updateApp'] =>
  async ({ appId, version, ...change }, { adminId, language }) => {
    const data = { appId };
    const entry = await registry.read(appId);
    if (entry === undefined) throw wechatCcsError('WECHAT_APP_UNKNOWN', { data });
    if (entry.version !== version) throw wechatCcsError('WECHAT_APP_CHANGED', { data });
    const secret = secretAfter(entry, change);
    if (secret === null) throw wechatCcsError('WECHAT_APP_SECRET_MISSING', { data });
    const next = changedApp(entry, change);
    if (next.isEnabled && needsTrial(entry, change)) await trial.run(appId, secret, language);
    // The first change of an account of the environment makes its row.
    const isWritten = version === 0 ? await rows.add(next) : await rows.replace(version, next);
    if (!isWritten) throw wechatCcsError('WECHAT_APP_CHANGED', { data });
    const fields = changedFields(change);
    journal.wrote(adminId, 'update', appId, { version: next.version, fields });
    await hints.changed(appId);
    return toStoredView(next);
  };
