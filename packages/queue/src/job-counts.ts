import type { Queue } from 'bullmq';
import { unavailable, within } from './bounded.ts';
import { queueJobs } from './metrics.ts';

const STATES = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;
const SCRAPE_TIMEOUT_MS = 500;

type Countable = Pick<Queue, 'getJobCounts'>;

const counted = new Map<string, Set<Countable>>();
let isRegistered = false;

/** Shows the queue in `app_queue_jobs` until the returned function is called. */
export const countOnScrape = (name: string, queue: Countable): (() => void) => {
  const queues = counted.get(name) ?? new Set();
  counted.set(name, queues.add(queue));
  if (!isRegistered) {
    isRegistered = true;
    queueJobs(async (gauge) => {
      // A number that cannot be read is left out: an old one would be a lie.
      const all = await Promise.all([...counted].map(([each, [first]]) => read(each, first)));
      gauge.reset();
      for (const [each, counts] of all) {
        for (const [state, count] of Object.entries(counts))
          gauge.set({ queue: each, state }, count);
      }
    });
  }
  return () => {
    queues.delete(queue);
    if (queues.size === 0 && counted.get(name) === queues) counted.delete(name);
  };
};

const read = async (
  name: string,
  queue: Countable | undefined,
): Promise<readonly [string, Readonly<Record<string, number>>]> => {
  if (queue === undefined) return [name, {}];
  try {
    const counts = queue.getJobCounts(...STATES);
    return [name, await within(SCRAPE_TIMEOUT_MS, counts, () => unavailable('late'))];
  } catch {
    return [name, {}];
  }
};
