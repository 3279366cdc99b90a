import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Give up after this many milliseconds. Default 5,000. */
  readonly withinMs?: number;
  /** Pause between two tries. Default 20 ms. */
  readonly everyMs?: number;
}

/**
 * Tries until `attempt` neither throws nor rejects nor gives `false`, and resolves with what it
 * gave. At the deadline it rejects with the last failure, so a test tells what was still wrong.
 */
export const eventually = async <T>(
  attempt: () => T | Promise<T>,
  { withinMs = 5000, everyMs = 20 }: EventuallyOptions = {},
): Promise<T> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      const result = await attempt();
      if (result !== false) return result;
      throw new Error('the condition is still false');
    } catch (error) {
      if (performance.now() >= deadline) {
        throw new Error(`not within ${withinMs} ms: ${messageOf(error)}`, { cause: error });
      }
    }
    await pause(everyMs);
  }
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
