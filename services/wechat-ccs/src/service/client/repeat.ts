import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs, type Backoff } from '@app/kernel';

export interface RepeatOptions extends Backoff {
  /** No further try begins when this much time has passed since the first. */
  readonly budgetMs: number;
  readonly isWorthIt: (error: unknown) => boolean;
}

/** Tries `attempt` again, with growing pauses, as long as failures are worth it and time is left. */
export const repeat = async <R>(attempt: () => Promise<R>, options: RepeatOptions): Promise<R> => {
  const giveUpAtMs = performance.now() + options.budgetMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = backoffMs(tries, options, Math.random);
      const isLast = tries >= options.attemptsMax || performance.now() + pauseMs >= giveUpAtMs;
      if (isLast || !options.isWorthIt(error)) throw error;
      await pause(pauseMs);
    }
  }
};
