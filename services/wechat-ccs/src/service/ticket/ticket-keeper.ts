import {
  createCredentialKeeper,
  type CredentialHints,
  type CredentialSource,
  type CredentialStore,
  type RefreshJournal,
  type RefreshLease,
} from '@app/credentials';
import { errorCode, type Clock } from '@app/kernel';
import type { Logger, Part } from '@app/runtime';
import { ticketRules, ticketTypes, type TicketType } from '../../domain/ticket.ts';
import { ticketRefreshes } from '../../metrics.ts';
import type { TicketKeeper, WechatTickets } from '../../service.ts';

interface Deps {
  /** A store and a lease for each type: noun `jsapi-ticket`, `wx-card-ticket`. */
  readonly storeOf: (noun: string) => CredentialStore;
  readonly leaseOf: (noun: string) => RefreshLease;
  readonly wechat: WechatTickets;
  readonly broadcast: (appId: string, type: TicketType, version: number) => Promise<void>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly clock: Clock;
}

/** A token may have to be fetched on the way: below what callers wait (5 s) all the same. */
const BUDGET_MS = 4800;

const journalOf = (type: TicketType, logger: Deps['logger']): RefreshJournal => ({
  refreshed(appId, { version, expiresAtMs }, { reason, isNew }) {
    ticketRefreshes.inc({ type, outcome: isNew ? 'new' : 'same' });
    logger.info({ appId, type, version, expiresAtMs, reason }, 'ticket fetched');
  },
  failed(appId, error) {
    ticketRefreshes.inc({ type, outcome: errorCode(error) ?? 'INTERNAL' });
    logger.warn({ appId, type, err: error }, 'ticket could not be refreshed');
  },
});

/** One keeper per type of ticket; each ticket lives by the same mechanism as the access tokens. */
export const createTicketKeeper = (
  deps: Deps,
): TicketKeeper & {
  readonly parts: readonly Part[];
  heard(appId: string, type: TicketType, version: number): void;
} => {
  const { wechat, broadcast, logger, clock } = deps;

  const keeperOf = (type: TicketType) => {
    const noun = `${type.replace('_', '-')}-ticket`;
    const source: CredentialSource = {
      async fetch(appId) {
        const askedAtMs = clock.nowMs();
        return { ...(await wechat.fetch(appId, type)), askedAtMs, mode: 'normal' };
      },
    };
    const hints: CredentialHints = {
      changed: (appId, version) => broadcast(appId, type, version),
    };
    return createCredentialKeeper({
      name: noun,
      store: deps.storeOf(noun),
      lease: deps.leaseOf(noun),
      source,
      hints,
      journal: journalOf(type, logger),
      rules: () => ticketRules,
      logger,
      clock,
      budgetMs: BUDGET_MS,
    });
  };

  const keepers = { jsapi: keeperOf('jsapi'), wx_card: keeperOf('wx_card') };
  return {
    current: (appId, type) => keepers[type].current(appId),
    heard: (appId, type, version) => keepers[type].heard(appId, version),
    parts: ticketTypes.map((type) => keepers[type]),
  };
};
