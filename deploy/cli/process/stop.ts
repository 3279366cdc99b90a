import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './identity.ts';

const POLL_MS = 25;

/** To the whole group when the process leads one (all our children do), else to the process alone. */
export const signalTree = (identity: ProcessIdentity, signal: NodeJS.Signals): void => {
  if (!isAlive(identity)) return;
  for (const target of [-identity.pid, identity.pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // Not a group leader, or gone meanwhile: the next target, or nothing to do.
    }
  }
};

/** @returns false when it still lives after `timeoutMs`. */
export const waitGone = async (identity: ProcessIdentity, timeoutMs: number): Promise<boolean> => {
  const endAtMs = Date.now() + timeoutMs;
  while (isAlive(identity)) {
    if (Date.now() >= endAtMs) return false;
    await pause(POLL_MS);
  }
  return true;
};

/** SIGTERM, patience, SIGKILL. Resolves when the process is gone. */
export const stopProcess = async (identity: ProcessIdentity, timeoutMs: number): Promise<void> => {
  signalTree(identity, 'SIGTERM');
  if (await waitGone(identity, timeoutMs)) return;
  signalTree(identity, 'SIGKILL');
  await waitGone(identity, 10_000);
};
