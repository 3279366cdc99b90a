import { user } from '@app/contracts';
import { createProducer, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

const EVERY_MS = 60 * 60 * 1000;
const BATCH_SIZE = 500;

/** Looks every hour for rows that another key than the current one sealed; what it does is in the rows. */
export const createReencryptJob = async (
  host: Host,
  redis: RedisPart,
  reencrypt: Usecases['reencryptPersonalData'],
): Promise<readonly Part[]> => {
  const queue = user.queues.piiReencrypt;
  const producer = createProducer(host, redis, queue);
  await producer.every('hourly', { everyMs: EVERY_MS }, { batchSize: BATCH_SIZE });
  const worker = createWorker(host, redis, queue, async ({ batchSize }) => {
    await reencrypt({ batchSize });
  });
  return [producer, worker];
};
