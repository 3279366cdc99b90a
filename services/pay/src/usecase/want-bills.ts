import type { Clock } from '@app/kernel';
import { billReadyAtMs, daysToWant } from '../domain/beijing-day.ts';
import type { BillRepository } from '../repository.ts';
import type { BillJobs } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly bills: Pick<BillRepository, 'want' | 'latestDay' | 'listDue'>;
  readonly billJobs: BillJobs;
  readonly clock: Clock;
}

const DAYS_MAX = 31;

/** Rows first: they stay whatever becomes of the jobs. */
export const createWantBills =
  ({ bills, billJobs, clock }: Deps): Usecases['wantBills'] =>
  async () => {
    for (const day of daysToWant(await bills.latestDay(), clock.nowMs()))
      await bills.want(day, billReadyAtMs(day));
    const due = await bills.listDue(clock.nowMs(), DAYS_MAX);
    for (const day of due) await billJobs.processDay(day);
    return due.length;
  };
