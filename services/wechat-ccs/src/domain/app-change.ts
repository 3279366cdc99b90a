import type { AppEntry, StoredApp } from './app-registry.ts';
import type { TokenKind } from './wechat-app.ts';

/** What an admin wants different; what is not there stays. */
export interface AppChange {
  readonly name?: string | undefined;
  readonly secret?: string | undefined;
  readonly tokenKind?: TokenKind | undefined;
  readonly isEnabled?: boolean | undefined;
  readonly pushToken?: string | null | undefined;
  readonly encodingAesKey?: string | null | undefined;
}

/**
 * The row after a change. An account of the environment gets a row without a secret unless one is
 * sent: the environment's goes on counting, also when it is changed there.
 */
export const changedApp = (entry: AppEntry, change: AppChange): StoredApp => ({
  appId: entry.appId,
  kind: entry.kind,
  name: change.name ?? entry.name,
  secret: change.secret ?? entry.ownSecret,
  tokenKind: change.tokenKind ?? entry.tokenKind,
  isEnabled: change.isEnabled ?? entry.isEnabled,
  push: {
    token: change.pushToken === undefined ? entry.push.token : change.pushToken,
    encodingAesKey:
      change.encodingAesKey === undefined ? entry.push.encodingAesKey : change.encodingAesKey,
  },
  version: entry.version + 1,
  isUnreadable: false,
});

/**
 * The secret the account has after a change; `null`: none. What does not open any more must be sent
 * again, or the change would erase it for good.
 */
export const secretAfter = (entry: AppEntry, change: AppChange): string | null =>
  change.secret ?? (entry.problem === null ? entry.secret : null);

/** Whether WeChat has to agree first: names, push settings and disabling do not concern it. */
export const needsTrial = (entry: AppEntry, change: AppChange): boolean =>
  change.secret !== undefined ||
  (change.tokenKind !== undefined && change.tokenKind !== entry.tokenKind) ||
  (change.isEnabled === true && !entry.isEnabled);

/** Names of what was changed, for the log: never the values. */
export const changedFields = (change: AppChange): readonly string[] =>
  Object.entries(change)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
    .sort();
