import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@app/runtime';
import type { Redis } from 'ioredis';
import { connectionsLost } from './metrics.ts';

const QUIT_TIMEOUT_MS = 1000;

export interface ConnectionWatcher {
  /** Why the last attempt failed; empty while connected. */
  reason(): string;
  /** What happens from now on is meant to. */
  stop(): void;
}

/** Logs and counts an outage once, however many attempts it takes, and its end. */
export const watchConnection = (
  client: Redis,
  about: { readonly role: string; readonly address: string; readonly logger: Logger | undefined },
): ConnectionWatcher => {
  const { role, address, logger } = about;
  let isDown = false;
  let isStopping = false;
  let reason = '';
  client.on('error', (error) => {
    reason = error.message;
  });
  client.on('close', () => {
    if (isDown || isStopping) return;
    isDown = true;
    connectionsLost.inc({ role });
    logger?.warn({ role, address, reason }, 'redis is not connected, trying until it is');
  });
  client.on('ready', () => {
    if (isDown) logger?.info({ role, address }, 'redis is connected again');
    isDown = false;
    reason = '';
  });
  return {
    reason: () => reason,
    stop() {
      isStopping = true;
    },
  };
};

/** True as soon as the connection stands, false after `timeoutMs` without. */
export const readyWithin = async (client: Redis, timeoutMs: number): Promise<boolean> => {
  if (client.status === 'ready') return true;
  const giveUp = new AbortController();
  const ready = new Promise<boolean>((resolve) => {
    const onReady = (): void => resolve(true);
    client.once('ready', onReady);
    giveUp.signal.addEventListener('abort', () => client.off('ready', onReady));
  });
  const timeout = pause(timeoutMs, false, { signal: giveUp.signal }).catch(() => false);
  try {
    return await Promise.race([ready, timeout]);
  } finally {
    giveUp.abort();
  }
};

/** Says goodbye when somebody listens, bounded; lets go in any case. */
export const closeConnection = async (client: Redis): Promise<void> => {
  if (client.status === 'ready') {
    const quit = client.quit().catch(() => undefined);
    await Promise.race([quit, pause(QUIT_TIMEOUT_MS, undefined, { ref: false })]);
  }
  client.disconnect();
};

/** A worker that could not stop in time leaves its blocking connection behind, trying for ever. */
export const rememberDuplicates = (client: Redis, duplicates: Set<Redis>): void => {
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (override) => {
    const copy = duplicate(override);
    duplicates.add(copy);
    copy.once('end', () => duplicates.delete(copy));
    return copy;
  };
};
