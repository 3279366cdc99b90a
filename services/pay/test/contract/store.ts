import type { PaymentRepository, RefundRepository } from '../../src/repository.ts';
import type { ToldFact } from '../support/memory-store.ts';

export interface Store {
  readonly payments: PaymentRepository;
  readonly refunds: RefundRepository;
  /** What was told of an order, in order. */
  factsOf(orderNo: string): Promise<readonly ToldFact[]>;
}

/** All at once, whatever comes of each. */
export const twenty = <T>(
  work: (index: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: 20 }, (_, index) => work(index)));
