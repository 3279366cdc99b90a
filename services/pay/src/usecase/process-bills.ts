import type { Clock } from '@app/kernel';
import { retryBillMs, type BillKind } from '../domain/bill.ts';
import { isUpstreamFailure } from '../errors.ts';
import type { BillRepository } from '../repository.ts';
import type { BillReader, PayAlarms, ReconcileDay, WechatBills } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly bills: BillRepository;
  readonly wechatBills: WechatBills;
  readonly reader: BillReader;
  readonly reconcileDay: ReconcileDay;
  readonly alarms: PayAlarms;
  readonly clock: Clock;
}

/**
 * wanted → downloaded → reconciled. Each step is stored before the next begins, so that a crash
 * costs the step in hand; a failure costs this try.
 */
export const createProcessBills = (deps: Deps): Usecases['processBills'] => {
  const { bills, wechatBills, reader, reconcileDay, alarms, clock } = deps;

  /** A file that cannot be read is never stored: the next try fetches another. */
  const download = async (day: string, kind: BillKind): Promise<boolean> => {
    const answer = await wechatBills.fetch(day, kind);
    if (answer.kind === 'later') return false;
    if (answer.kind === 'file')
      await (kind === 'trade' ? reader.readTrade(answer.plain) : reader.readFlow(answer.plain));
    await bills.store(day, kind, answer.kind === 'file' ? answer : null);
    return true;
  };

  const step = async (day: string): Promise<void> => {
    const wanted = (await bills.find(day)).filter(({ state }) => state === 'wanted');
    for (const { kind } of wanted) if (!(await download(day, kind))) return;
    await reconcileDay(day);
  };

  return async ({ day }) => {
    const present = await bills.find(day);
    const isDue = present.some(({ tryAtMs }) => tryAtMs !== null && tryAtMs <= clock.nowMs());
    if (!isDue) return;
    try {
      await step(day);
    } catch (error) {
      if (!isUpstreamFailure(error)) throw error;
      alarms.billFailed(day, error);
    }
    const attempts = Math.max(...present.map((bill) => bill.attempts));
    await bills.postpone(day, clock.nowMs() + retryBillMs(attempts));
  };
};
