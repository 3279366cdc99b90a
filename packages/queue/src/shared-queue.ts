import type { AnyQueue } from '@app/contracts';
import type { Host } from '@app/runtime';
import type { RedisPart } from '@app/redis';
import { Queue } from 'bullmq';
import { unavailable, within } from './bounded.ts';
import type { Envelope } from './envelope.ts';
import { countOnScrape } from './job-counts.ts';
import { checkQueueName, prefixOf } from './names.ts';

export type JobQueue = Queue<Envelope>;

export type QueueRedis = Pick<RedisPart, 'queueClient' | 'address'>;
export type QueueHost = Pick<Host, 'namespace' | 'logger'>;

/** Longer than a command may take; shorter than anybody waits for an HTTP answer. */
const ANSWER_TIMEOUT_MS = 2000;

/** One BullMQ queue, shared by the producers and workers of this process, made when first needed. */
export interface SharedQueue {
  readonly name: string;
  readonly prefix: string;
  /**
   * Does something with the queue. Throws SERVICE_UNAVAILABLE at once while Redis is not connected
   * and within two seconds when it does not answer: the connection itself would wait for ever.
   */
  use<T>(work: (queue: JobQueue) => Promise<T>): Promise<T>;
  isConnected(): boolean;
  /** Resolves when connected, or after `timeoutMs` without. */
  waitUntilConnected(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export const openQueue = (
  host: QueueHost,
  redis: QueueRedis,
  definition: AnyQueue,
): SharedQueue => {
  const { name } = definition;
  checkQueueName(name);
  const prefix = prefixOf(host.namespace, name);
  let queue: JobQueue | undefined;
  let stopCounting: (() => void) | undefined;

  const opened = (): JobQueue => {
    if (queue === undefined) {
      // meta is written by whoever starts first; nobody reads the event stream, so it stays short.
      queue = new Queue<Envelope>(name, {
        connection: redis.queueClient(),
        prefix,
        streams: { events: { maxLen: 100 } },
      });
      queue.on('error', (error) => {
        host.logger.warn({ queue: name, err: error }, 'queue connection failed');
      });
      stopCounting = countOnScrape(name, queue);
    }
    return queue;
  };
  const isConnected = (): boolean => redis.queueClient().status === 'ready';

  return {
    name,
    prefix,
    isConnected,
    async use(work) {
      const current = opened();
      if (!isConnected())
        throw unavailable(`Redis for queues at ${redis.address} is not connected`);
      return within(ANSWER_TIMEOUT_MS, work(current), () =>
        unavailable(
          `Redis for queues at ${redis.address} did not answer within ${ANSWER_TIMEOUT_MS} ms`,
        ),
      );
    },
    async waitUntilConnected(timeoutMs) {
      const ready = opened().waitUntilReady();
      await within(timeoutMs, ready, () => unavailable('late')).catch(() => undefined);
    },
    async close() {
      stopCounting?.();
      // The connection is the Redis part's: closing the queue only detaches from it.
      const closing = queue?.close();
      queue = undefined;
      if (closing !== undefined) {
        await within(1000, closing, () => unavailable('late')).catch(() => undefined);
      }
    },
  };
};
