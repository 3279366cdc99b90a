import type { Part } from '@app/runtime';
import type { Logger } from '@app/runtime';
import {
  defaultApp,
  isInUse,
  mergeApps,
  type AppEntry,
  type BaseApp,
  type StoredApp,
} from '../domain/app-registry.ts';
import type { WechatApp, WechatAppKind } from '../domain/wechat-app.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppDirectory, AppRegistry, AppRepository, AppSecrets } from '../repository.ts';

interface Deps {
  readonly bases: readonly BaseApp[];
  readonly rows: Pick<AppRepository, 'list'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** A hint tells of changes at once; this is for the hints that get lost. */
  readonly pollMs?: number;
}

/** With the time a read takes this stays within the two seconds that are promised. */
const POLL_MS = 1000;

const unknown = (appId: string | undefined) =>
  wechatCcsError('WECHAT_APP_UNKNOWN', { data: { appId: appId ?? null } });

/** A fleeting view of the rows: nothing here is the truth, and nothing waits for the database. */
export const createAppDirectory = ({
  bases,
  rows,
  logger,
  pollMs = POLL_MS,
}: Deps): AppDirectory & AppSecrets & AppRegistry & { readonly watch: Part } => {
  let entries = mergeApps(bases, []);
  const listeners: (() => void)[] = [];

  const usable = (entry: AppEntry | undefined, asked: string | undefined): AppEntry => {
    if (entry === undefined || !isInUse(entry)) throw unknown(asked);
    return entry;
  };

  const get = (appId: string): AppEntry => usable(entries.get(appId), appId);

  const getOfKind = (kind: WechatAppKind, appId: string | undefined): AppEntry => {
    if (appId === undefined) return usable(defaultApp(entries, bases, kind), appId);
    const entry = get(appId);
    if (entry.kind !== kind) throw unknown(appId);
    return entry;
  };

  const take = (stored: readonly StoredApp[]): void => {
    const before = entries;
    entries = mergeApps(bases, stored);
    for (const { appId, version, problem } of entries.values()) {
      if (problem === null || before.get(appId)?.version === version) continue;
      logger.error({ appId, problem }, 'a WeChat app cannot be used');
    }
  };

  const reload = serialised(async () => {
    take(await rows.list());
    for (const listener of listeners) listener();
  });

  return {
    get: (appId) => toApp(get(appId)),
    find(appId) {
      const entry = entries.get(appId);
      return entry !== undefined && isInUse(entry) ? toApp(entry) : undefined;
    },
    getMiniProgram: (appId) => toApp(getOfKind('mini_program', appId)),
    getOfficialAccount: (appId) => toApp(getOfKind('official_account', appId)),
    list: () => [...entries.values()].filter(isInUse).map(toApp),
    secretOf(appId) {
      const { secret } = get(appId);
      if (secret === null) throw unknown(appId);
      return secret;
    },
    pushSettingsOf: (appId) => get(appId).push,
    entries: () => [...entries.values()],
    async read(appId) {
      await reload();
      return entries.get(appId);
    },
    onLook(listener) {
      listeners.push(listener);
    },
    reload,
    watch: createWatch({ reload, logger, pollMs }),
  };
};

/** Callers who look an account up learn what it is, and nothing that must not travel. */
const toApp = ({ appId, kind, tokenKind }: AppEntry): WechatApp => ({ appId, kind, tokenKind });

/**
 * One run at a time, so that an older answer cannot replace a newer one; whoever asks during a run
 * shares the one after it, because the running one may have read before the change.
 */
const serialised = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    const run = work().finally(() => {
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  };
  return () => {
    if (running === undefined) return begin();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
};

const createWatch = ({
  reload,
  logger,
  pollMs,
}: {
  readonly reload: () => Promise<void>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly pollMs: number;
}): Part => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = true;
  let isStale = false;

  const look = async (): Promise<void> => {
    try {
      await reload();
      if (isStale) logger.info('the WeChat apps are read again');
      isStale = false;
    } catch (error) {
      // Once per outage: the database says the rest.
      if (!isStale) logger.warn({ err: error }, 'the WeChat apps cannot be read, the last count');
      isStale = true;
    }
    plan();
  };
  const plan = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = look();
    }, pollMs);
  };

  return {
    name: 'wechat-ccs apps',
    start() {
      isStopped = false;
      plan();
      return Promise.resolve();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
