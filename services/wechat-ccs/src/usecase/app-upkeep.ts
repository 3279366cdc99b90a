import { isError } from '@app/kernel';
import { adviceFor, fieldOfErrcode } from '../domain/errcode-advice.ts';
import type { AppEntry } from '../domain/app-registry.ts';
import { refusalOf, wechatCcsError } from '../errors.ts';
import type { AppRegistry, AppRepository } from '../repository.ts';
import type { AdminJournal, AppHints, CredentialTrial } from '../service.ts';
import type { Admin } from '../usecase.ts';

/** What all writes of accounts work with. */
export interface UpkeepDeps {
  readonly registry: AppRegistry;
  readonly rows: AppRepository;
  readonly trial: CredentialTrial;
  readonly hints: AppHints;
  readonly journal: AdminJournal;
}

/** @throws WECHAT_APP_REFUSED that says what to mend, and what every call of WeChat fails with */
export const tryAtWechat = async (
  trial: CredentialTrial,
  appId: string,
  secret: string,
  { language }: Admin,
): Promise<void> => {
  try {
    await trial.run(appId, secret);
  } catch (error) {
    const { errcode, callerIp } = refusalOf(error);
    if (errcode === null || !isError(error, 'UPSTREAM_WECHAT_REJECTED')) throw error;
    const message = adviceFor(errcode, callerIp, language);
    throw wechatCcsError('WECHAT_APP_REFUSED', {
      message: `WeChat answered ${errcode} to the trial of ${appId}`,
      data: {
        errcode,
        callerIp,
        errors: [{ field: fieldOfErrcode(errcode), rule: `errcode_${errcode}`, message }],
      },
    });
  }
};

/** What the rows say now, not what this node last heard. @throws WECHAT_APP_UNKNOWN */
export const readApp = async (registry: AppRegistry, appId: string): Promise<AppEntry> => {
  await registry.reload();
  const entry = registry.find(appId);
  if (entry === undefined) throw wechatCcsError('WECHAT_APP_UNKNOWN', { data: { appId } });
  return entry;
};

/** This node knows at once; the others by the hint, or by looking a second later. */
export const spread = async (
  { registry, hints }: Pick<UpkeepDeps, 'registry' | 'hints'>,
  appId: string,
): Promise<void> => {
  // The change is made: failing now would say it was not. Every node looks again by itself.
  await registry.reload().catch(() => undefined);
  await hints.changed(appId);
};
