import { stock } from '@app/contracts';
import { createProducer, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Compares everything again and again, on one node at a time; what it finds wakes somebody. */
export const createAuditJob = async (
  host: Host,
  redis: RedisPart,
  { auditStock, everyMs }: { auditStock: Usecases['auditStock']; everyMs: number },
): Promise<readonly Part[]> => {
  const queue = stock.queues.audit;
  const producer = createProducer(host, redis, queue);
  await producer.every('audit', { everyMs }, {});
  const worker = createWorker(host, redis, queue, async () => {
    const { differenceCount, differences } = await auditStock();
    if (differenceCount > 0) {
      host.logger.error({ differenceCount, differences }, 'stock and its ledger disagree');
    }
  });
  return [producer, worker];
};
