import type { Clock } from '@app/kernel';
import type { Database } from '@app/mysql';
import {
  clearedQuotas,
  quotaBlock,
  quotaOf,
  quotaWindow,
  resetsAtMs,
} from '../../domain/quota-window.ts';
import { quotaNames, type QuotaName } from '../../domain/wechat-api.ts';
import { quotaExhausted } from '../../errors.ts';
import type { QuotaLedger, QuotaUsage } from '../../repository.ts';
import type { ApiQuotaTable, Tables } from './tables.ts';

interface Deps {
  readonly db: Pick<Database<Tables>, 'write'>;
  readonly clock: Clock;
}

/** What this node has taken and not used; `emptyUntilMs` spares the database while nothing is left. */
interface Holding {
  readonly window: number;
  left: number;
  emptyUntilMs: number;
}

/** How long a node believes that nothing is left: an operator may have had the allowance cleared. */
const EMPTY_FOR_MS = 60_000;

interface Slot {
  readonly appId: string;
  readonly quota: QuotaName;
  readonly window: number;
}

/**
 * One row per app, allowance and window. Nodes take blocks of calls with a conditional update, so
 * the sum of what they hold and have used never exceeds the allowance; a block that dies with its
 * node is lost, which errs on the side of fewer calls.
 */
export const createMysqlQuotaLedger = ({ db, clock }: Deps): QuotaLedger => {
  const holdings = new Map<string, Holding>();
  const refills = new Map<string, Promise<number>>();

  const rowOf = ({ appId, quota, window }: Slot) =>
    ({ app_id: appId, quota, quota_window: window }) as const;

  /** Counts `calls` as used if there are so many; makes the row of a new window. */
  const claim = async (slot: Slot, calls: number): Promise<boolean> => {
    const { max } = quotaOf(slot.quota);
    const { app_id, quota, quota_window } = rowOf(slot);
    const update = async () => {
      const { numUpdatedRows } = await db.write
        .updateTable('api_quota')
        .set((eb) => ({ used: eb('used', '+', calls) }))
        .where('app_id', '=', app_id)
        .where('quota', '=', quota)
        .where('quota_window', '=', quota_window)
        .where('used', '<=', max - calls)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    };
    if (await update()) return true;
    await db.write
      .insertInto('api_quota')
      .ignore()
      .values({ ...rowOf(slot), used: 0 })
      .execute();
    return update();
  };

  const refill = async (slot: Slot): Promise<number> => {
    const block = quotaBlock(quotaOf(slot.quota));
    if (await claim(slot, block)) return block;
    // Less than a block is left: the last calls are taken one by one.
    return block > 1 && (await claim(slot, 1)) ? 1 : 0;
  };

  const sharedRefill = (key: string, slot: Slot): Promise<number> => {
    const running = refills.get(key);
    if (running !== undefined) return running;
    const refilled = refill(slot).finally(() => refills.delete(key));
    refills.set(key, refilled);
    return refilled;
  };

  const slotOf = (appId: string, quota: QuotaName): Slot => ({
    appId,
    quota,
    window: quotaWindow(quotaOf(quota), clock.nowMs()),
  });

  const keyOf = ({ appId, quota }: Slot): string => `${appId} ${quota}`;

  const holdingOf = (slot: Slot): Holding => {
    const present = holdings.get(keyOf(slot));
    if (present?.window === slot.window) return present;
    const fresh = { window: slot.window, left: 0, emptyUntilMs: 0 };
    holdings.set(keyOf(slot), fresh);
    return fresh;
  };

  const nextAtMs = (quota: QuotaName) => resetsAtMs(quotaOf(quota), clock.nowMs());

  const usageOf = (slot: Slot, rows: readonly ApiQuotaTable[]): QuotaUsage => {
    const { max, window } = quotaOf(slot.quota);
    const row = rows.find(
      ({ quota, quota_window }) => quota === slot.quota && quota_window === slot.window,
    );
    const left = Math.max(0, max - (row?.used ?? 0) + holdingOf(slot).left);
    return { quota: slot.quota, max, window, left, resetsAtMs: nextAtMs(slot.quota) };
  };

  const usage = async (appId: string, names: readonly QuotaName[]) => {
    const rows = await db.write
      .selectFrom('api_quota')
      .selectAll()
      .where('app_id', '=', appId)
      .where('quota', 'in', names)
      .where('quota_window', 'in', [...new Set(names.map((name) => slotOf(appId, name).window))])
      .execute();
    return names.map((name) => usageOf(slotOf(appId, name), rows));
  };

  return {
    async take(appId, quota) {
      for (;;) {
        const slot = slotOf(appId, quota);
        const holding = holdingOf(slot);
        if (holding.left > 0) {
          holding.left -= 1;
          return;
        }
        if (clock.nowMs() < holding.emptyUntilMs) throw quotaExhausted(quota, nextAtMs(quota));
        const isMine = !refills.has(keyOf(slot));
        const gained = await sharedRefill(keyOf(slot), slot);
        if (gained === 0) {
          holding.emptyUntilMs = clock.nowMs() + EMPTY_FOR_MS;
          throw quotaExhausted(quota, nextAtMs(quota));
        }
        // Whoever asked adds it, once; those who waited take their turn in the next round.
        if (isMine) holding.left += gained;
      }
    },
    async exhaust(appId, quota) {
      const slot = slotOf(appId, quota);
      const holding = holdingOf(slot);
      holding.left = 0;
      holding.emptyUntilMs = clock.nowMs() + EMPTY_FOR_MS;
      const { max } = quotaOf(quota);
      await db.write
        .insertInto('api_quota')
        .values({ ...rowOf(slot), used: max })
        .onDuplicateKeyUpdate({ used: max })
        .execute();
      return nextAtMs(quota);
    },
    giveBack(appId, quota) {
      holdingOf(slotOf(appId, quota)).left += 1;
    },
    async left(appId, quota) {
      const [one] = await usage(appId, [quota]);
      return one?.left ?? 0;
    },
    usage: (appId) => usage(appId, quotaNames),
    async clearDay(appId) {
      for (const quota of clearedQuotas) holdings.delete(keyOf(slotOf(appId, quota)));
      await db.write
        .deleteFrom('api_quota')
        .where('app_id', '=', appId)
        .where('quota', 'in', clearedQuotas)
        .execute();
    },
  };
};
