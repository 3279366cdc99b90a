import { auth } from '@app/contracts';
import { createProducer, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

const EVERY_MS = 10 * 60 * 1000;
const BATCH_SIZE = 1000;

/** Deletes what has expired, a few times an hour; what has is in the rows. */
export const createPurgeJob = async (
  host: Host,
  redis: RedisPart,
  purge: Usecases['purgeExpired'],
): Promise<readonly Part[]> => {
  const queue = auth.queues.expiredPurge;
  const producer = createProducer(host, redis, queue);
  await producer.every('every-ten-minutes', { everyMs: EVERY_MS }, { batchSize: BATCH_SIZE });
  const worker = createWorker(host, redis, queue, async ({ batchSize }) => {
    await purge({ batchSize });
  });
  return [producer, worker];
};
