import { systemErrors } from '@app/contracts';
import { assert, errorFactory, type Clock } from '@app/kernel';
import { hasBill } from '../domain/beijing-day.ts';
import { toBillDayView } from '../domain/bill-views.ts';
import type { BillRepository, ReconciliationRepository } from '../repository.ts';
import type { BillJobs } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly bills: Pick<BillRepository, 'again'>;
  readonly books: Pick<ReconciliationRepository, 'findDay'>;
  readonly billJobs: BillJobs;
  readonly clock: Clock;
}

const systemError = errorFactory(systemErrors);

/** The files are fetched anew: the ones of WeChat may have been corrected. */
export const createReconcileBill =
  ({ bills, books, billJobs, clock }: Deps): Usecases['reconcileBill'] =>
  async ({ day }) => {
    if (!hasBill(day, clock.nowMs()))
      throw systemError('VALIDATION_FAILED', {
        data: {
          errors: [{ field: 'day', rule: 'day', message: 'is not one of the last 90 days' }],
        },
      });
    await bills.again(day);
    await billJobs.processDay(day);
    const stored = await books.findDay(day);
    assert(stored !== undefined, 'a day that was just wanted is there');
    return toBillDayView(stored);
  };
