import type { TokenKind, WechatApp, WechatAppKind } from './wechat-app.ts';

/** An account that the environment configures: always there, always on, until a row says otherwise. */
export interface BaseApp {
  readonly appId: string;
  readonly kind: WechatAppKind;
  readonly tokenKind: TokenKind;
  readonly secret: string;
}

/** What the push settings of an account hold; both or what there is. */
export interface PushSettings {
  readonly token: string | null;
  readonly encodingAesKey: string | null;
}

/** An account that an admin wrote. */
export interface StoredApp {
  readonly appId: string;
  readonly kind: WechatAppKind;
  readonly name: string;
  /** `null`: the environment's. */
  readonly secret: string | null;
  readonly tokenKind: TokenKind;
  readonly isEnabled: boolean;
  readonly push: PushSettings;
  /** Grows by one with every change. */
  readonly version: number;
  /** A sealed value does not open: its key left the ring, or it was altered. */
  readonly isUnreadable: boolean;
}

/** Why an account cannot be used although nobody disabled it. */
export type AppProblem = 'secret_missing' | 'secret_unreadable';

/** What is known about an account; the secrets are for the adapters that need them. */
export interface AppEntry extends WechatApp {
  readonly name: string;
  readonly source: 'env' | 'row';
  readonly isEnabled: boolean;
  readonly problem: AppProblem | null;
  readonly version: number;
  readonly secret: string | null;
  /** The secret of the row alone: what a change without one keeps. */
  readonly ownSecret: string | null;
  readonly push: PushSettings;
}

const noPush: PushSettings = { token: null, encodingAesKey: null };

const ofBase = (base: BaseApp): AppEntry => ({
  ...base,
  name: base.appId,
  source: 'env',
  isEnabled: true,
  problem: null,
  version: 0,
  ownSecret: null,
  push: noPush,
});

const ofRow = ({ isUnreadable, ...row }: StoredApp, base: BaseApp | undefined): AppEntry => {
  const secret = isUnreadable ? null : (row.secret ?? base?.secret ?? null);
  const whyMissing: AppProblem = isUnreadable ? 'secret_unreadable' : 'secret_missing';
  return {
    ...row,
    source: 'row',
    secret,
    ownSecret: row.secret,
    problem: secret === null ? whyMissing : null,
  };
};

/** Rows override or add; sorted by app id. The kind of an account of the environment stays its own. */
export const mergeApps = (
  bases: readonly BaseApp[],
  rows: readonly StoredApp[],
): ReadonlyMap<string, AppEntry> => {
  const entries = new Map(bases.map((base) => [base.appId, ofBase(base)]));
  const baseById = new Map(bases.map((base) => [base.appId, base]));
  for (const row of rows) {
    const base = baseById.get(row.appId);
    entries.set(row.appId, ofRow({ ...row, kind: base?.kind ?? row.kind }, base));
  }
  return new Map([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
};

export const isInUse = (entry: AppEntry): boolean => entry.isEnabled && entry.problem === null;

/**
 * The account meant when none is named: the environment's one of this kind, whatever its state (a
 * login must not slip to another app because the first was disabled), else the first one in use.
 */
export const defaultApp = (
  entries: ReadonlyMap<string, AppEntry>,
  bases: readonly BaseApp[],
  kind: WechatAppKind,
): AppEntry | undefined => {
  const base = bases.find((one) => one.kind === kind);
  if (base !== undefined) return entries.get(base.appId);
  return [...entries.values()].find((entry) => entry.kind === kind && isInUse(entry));
};
