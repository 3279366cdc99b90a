import { createCredentialKeeper, type CredentialStore, type RefreshLease } from '@app/credentials';
import { fakeClock } from '@app/testing';
import { tokenRules } from '../../src/domain/access-token.ts';
import type { BaseApp } from '../../src/domain/app-registry.ts';
import type { TokenKind } from '../../src/domain/wechat-app.ts';
import { createAppDirectory } from '../../src/repository/app-directory.ts';
import { createAccessTokenSource } from '../../src/service/token/access-token-source.ts';
import { createForceGovernor } from '../../src/service/token/force-governor.ts';
import { createTokenKeeper } from '../../src/service/token/token-keeper.ts';
import { createFakeWechat } from './fake-wechat.ts';
import {
  createMemoryAppRows,
  createMemoryForceMarks,
  createMemoryLease,
  createMemoryQuotas,
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
  readonly tokens?: CredentialStore;
  readonly lease?: RefreshLease;
  readonly tokenKind?: TokenKind;
  readonly marks?: ReturnType<typeof createMemoryForceMarks>;
  readonly quotas?: ReturnType<typeof createMemoryQuotas>;
}

/** Everything a use-case may ask for, in memory; several nodes may share parts. */
export const buildDeps = (parts: Parts = {}) => {
  const clock = fakeClock(NOON_MS);
  return buildNode({ clock, wechat: createFakeWechat(() => clock.nowMs()), ...parts });
};

export const buildNode = ({
  clock,
  wechat,
  tokens = createMemoryTokenStore(),
  lease = createMemoryLease(),
  tokenKind = 'stable',
  marks = createMemoryForceMarks(),
  quotas = createMemoryQuotas(),
}: Parts & {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly wechat: ReturnType<typeof createFakeWechat>;
}) => {
  const apps = createAppDirectory({
    bases: bases.map((base) => ({ ...base, tokenKind })),
    rows: createMemoryAppRows(),
    logger: silent,
  });
  const failures: unknown[] = [];
  const forceRefusals: unknown[] = [];
  const uncounted: unknown[] = [];
  const journal = {
    refreshed: () => undefined,
    failed: (_appId: string, error: unknown) => void failures.push(error),
    forceRefused: (_appId: string, error: unknown) => void forceRefusals.push(error),
    uncounted: (_appId: string, error: unknown) => void uncounted.push(error),
  };
  const governor = createForceGovernor({ marks, quotas, clock });
  const source = createAccessTokenSource({
    apps,
    wechat: wechat.client,
    governor,
    quotas,
    journal,
    clock,
  });
  const credentials = createCredentialKeeper({
    name: 'access-token',
    store: tokens,
    lease,
    source,
    hints: {
      changed(appId, version) {
        credentials.heard(appId, version);
        return Promise.resolve();
      },
    },
    journal,
    rules: () => tokenRules[tokenKind],
    clock,
    logger: { warn: () => undefined },
    budgetMs: 5000,
  });
  return {
    apps,
    clock,
    credentials,
    failures,
    forceRefusals,
    governor,
    keeper: createTokenKeeper(credentials),
    lease,
    marks,
    quotas,
    sessionKeys: createMemorySessionKeys(),
    tokens,
    uncounted,
    wechat,
  };
};
