import { isDeepStrictEqual } from 'node:util';
import type { DefaultJobOptions } from 'bullmq';
import type { JobQueue } from './shared-queue.ts';

/** How often a job is made: a fixed interval, or a cron pattern in a time zone (default UTC). */
export type Rhythm =
  { readonly everyMs: number } | { readonly cron: string; readonly timeZone?: string };

export interface Schedule {
  readonly id: string;
  readonly rhythm: Rhythm;
  readonly payload: unknown;
}

/**
 * Makes sure that the schedule exists exactly as declared and has a next job. Leaves an equal one
 * alone, so that every node of a service may declare it at every start without moving its rhythm.
 */
export const keepSchedule = async (
  queue: JobQueue,
  { id, rhythm, payload }: Schedule,
  options: DefaultJobOptions,
): Promise<void> => {
  const repeat =
    'everyMs' in rhythm
      ? { every: rhythm.everyMs }
      : { pattern: rhythm.cron, tz: rhythm.timeZone ?? 'UTC' };
  const present = await queue.getJobScheduler(id);
  const isSame =
    present !== undefined &&
    present.every === ('every' in repeat ? repeat.every : undefined) &&
    present.pattern === ('pattern' in repeat ? repeat.pattern : undefined) &&
    present.tz === ('tz' in repeat ? repeat.tz : undefined) &&
    isDeepStrictEqual(present.template?.data, { payload });
  if (isSame && (await hasNext(queue, id, present.next))) return;
  await queue.upsertJobScheduler(id, repeat, {
    name: queue.name,
    data: { payload },
    opts: options,
  });
};

/** BullMQ chains each job to the one before; a chain whose next job was lost would never go on. */
const hasNext = async (queue: JobQueue, id: string, next: number | undefined): Promise<boolean> => {
  if (next === undefined) return false;
  const state = await queue.getJobState(`repeat:${id}:${next}`);
  return (
    state === 'delayed' || state === 'waiting' || state === 'active' || state === 'prioritized'
  );
};
