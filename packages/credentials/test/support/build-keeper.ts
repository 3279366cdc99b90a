import { fakeClock } from '@app/testing';
import {
  createCredentialKeeper,
  type CredentialRules,
  type CredentialStore,
  type RefreshLease,
} from '../../src/index.ts';
import { createFakeIssuer } from './fake-issuer.ts';
import { createMemoryCredentialStore, createMemoryLease } from './memory-ports.ts';

export const ID = 'wx-1';
export const NOON_MS = Date.UTC(2026, 10, 20, 4);

export const RULES: CredentialRules = {
  expiryMarginMs: 10_000,
  handOutMinMs: 60_000,
  refreshAheadMs: 280_000,
  refreshSpreadMs: 0,
};

interface Parts {
  readonly store?: CredentialStore;
  readonly lease?: RefreshLease;
  readonly rules?: CredentialRules;
}

type Keeper = ReturnType<typeof createCredentialKeeper>;

/** All nodes of a test, so that a hint reaches every one. */
export interface Suite {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly issuer: ReturnType<typeof createFakeIssuer>;
  readonly keepers: Keeper[];
  /** When false, hints get lost. */
  readonly wire: { isUp: boolean };
}

/** A node whose ports are in memory. */
export const buildKeeper = (parts: Parts = {}) => {
  const clock = fakeClock(NOON_MS);
  const issuer = createFakeIssuer(() => clock.nowMs());
  return buildNode({ clock, issuer, keepers: [], wire: { isUp: true }, ...parts });
};

/** One more node of the same suite. */
export const buildNode = (suite: Suite & Parts) => {
  const { clock, issuer, keepers, wire, rules = RULES } = suite;
  const store = suite.store ?? createMemoryCredentialStore();
  const lease = suite.lease ?? createMemoryLease();
  const hinted: [string, number][] = [];
  const failures: unknown[] = [];
  const warnings: unknown[] = [];
  const keeper = createCredentialKeeper({
    name: 'access-token',
    store,
    lease,
    source: issuer.source,
    hints: {
      changed(id, version) {
        hinted.push([id, version]);
        if (wire.isUp) for (const each of keepers) each.heard(id, version);
        return Promise.resolve();
      },
    },
    journal: { refreshed: () => undefined, failed: (_id, error) => void failures.push(error) },
    rules: () => rules,
    clock,
    logger: { warn: (...line: unknown[]) => void warnings.push(line) },
    budgetMs: 5000,
    lookAgainEveryMs: 20,
  });
  keepers.push(keeper);
  return { ...suite, failures, hinted, keeper, lease, rules, store, warnings };
};
