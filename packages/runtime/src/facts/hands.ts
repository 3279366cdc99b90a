import type { Msg } from 'nats';
import { ack } from './wire.ts';

/** The messages a consumer holds: bounded, kept alive at the server, waited for at the end. */
export interface Hands {
  /** Resolves with how many more may be taken, once that is at least one (or when stopping). */
  free(): Promise<number>;
  take(message: Msg, work: Promise<void>): void;
  /** Aborts when `stop` was called. */
  readonly stopping: AbortSignal;
  stop(): void;
  /** Resolves when nothing is held. */
  empty(): Promise<void>;
}

/** @param keepAliveMs how often the server is told that a message is still being worked on */
export const createHands = (max: number, keepAliveMs: number): Hands => {
  const held = new Map<Msg, Promise<void>>();
  const controller = new AbortController();
  let waiting: (() => void) | undefined;
  const wake = (): void => {
    waiting?.();
    waiting = undefined;
  };
  let keepAlive: NodeJS.Timeout | undefined;
  const tellServer = (): void => {
    for (const message of held.keys()) message.respond(ack.inProgress);
  };
  return {
    async free() {
      while (held.size >= max && !controller.signal.aborted) {
        await new Promise<void>((resolve) => (waiting = resolve));
      }
      return max - held.size;
    },
    take(message, work) {
      keepAlive ??= setInterval(tellServer, keepAliveMs);
      const done = work.finally(() => {
        held.delete(message);
        if (held.size === 0) {
          clearInterval(keepAlive);
          keepAlive = undefined;
        }
        wake();
      });
      held.set(message, done);
    },
    stopping: controller.signal,
    stop() {
      controller.abort();
      wake();
    },
    async empty() {
      await Promise.all(held.values());
    },
  };
};
