import { readFileSync, writeFileSync } from 'node:fs';
import type { Clock } from '@app/kernel';

/** A clock that several processes read: the real one, moved by what stands in a file. */
export const followClock = (file: string): Clock => ({
  nowMs: () => Date.now() + Number(readFileSync(file, 'utf8')),
});

/** The one process that moves it. */
export const leadClock = (file: string): Clock & { move(offsetMs: number): void } => {
  let currentMs = 0;
  const move = (offsetMs: number): void => {
    currentMs = offsetMs;
    writeFileSync(file, String(offsetMs));
  };
  move(0);
  return { nowMs: () => Date.now() + currentMs, move };
};
