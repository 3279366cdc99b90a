import { fakeClock } from '@app/testing';
import { createAppDirectory } from '../../src/repository/app-directory.ts';
import type { BaseApp } from '../../src/domain/app-registry.ts';
import type { AccessTokenStore, RefreshLock } from '../../src/repository.ts';
import { createRefreshAccessToken } from '../../src/service/token/refresh-access-token.ts';
import { createSharedWork } from '../../src/service/token/shared-work.ts';
import { createTokenKeeper } from '../../src/service/token/token-keeper.ts';
import { createFakeWechat } from './fake-wechat.ts';
import {
  createMemoryAppRows,
  createMemoryLock,
  createMemorySessionKeys,
  createMemoryTokenStore,
} from './memory-stores.ts';

export const MP = 'wx-mini';
export const OA = 'wx-official';

/** Noon in Beijing: hours forward stay in one day of quotas. */
export const NOON_MS = Date.UTC(2026, 10, 20, 4);

export const bases: readonly BaseApp[] = [
  { appId: OA, kind: 'official_account', tokenKind: 'stable', secret: 'secret-of-oa' },
  { appId: MP, kind: 'mini_program', tokenKind: 'stable', secret: 'secret-of-mp' },
];

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Parts {
  readonly tokens?: AccessTokenStore;
  readonly lock?: RefreshLock;
}

/** Everything a use-case may ask for, in memory; several nodes may share `tokens` and `lock`. */
export const buildDeps = (parts: Parts = {}) => {
  const clock = fakeClock(NOON_MS);
  return buildNode({ clock, wechat: createFakeWechat(() => clock.nowMs()), ...parts });
};

export const buildNode = ({
  clock,
  wechat,
  tokens = createMemoryTokenStore(),
  lock = createMemoryLock(),
}: Parts & {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly wechat: ReturnType<typeof createFakeWechat>;
}) => {
  const apps = createAppDirectory({ bases, rows: createMemoryAppRows(), logger: silent });
  const hinted: [string, number][] = [];
  const failures: unknown[] = [];
  const warnings: unknown[] = [];
  const shared = createSharedWork({
    logger: { warn: (...line: unknown[]) => void warnings.push(line) },
    budgetMs: 5000,
  });
  const refresh = createRefreshAccessToken({
    tokens,
    lock,
    wechat: wechat.client,
    hints: { changed: (appId, version) => Promise.resolve(void hinted.push([appId, version])) },
    journal: { refreshed: () => undefined, failed: (_appId, error) => void failures.push(error) },
    clock,
  });
  const keeper = createTokenKeeper({ tokens, shared, refresh, clock });
  const sessionKeys = createMemorySessionKeys();
  return {
    apps,
    clock,
    failures,
    hinted,
    keeper,
    lock,
    refresh,
    sessionKeys,
    shared,
    tokens,
    warnings,
    wechat,
  };
};
