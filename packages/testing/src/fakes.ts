import type { Clock, Ids } from '@app/kernel';

export interface FakeClock extends Clock {
  advance(ms: number): void;
  set(atMs: number): void;
}

/** A clock that moves only when told. Starts at 2026-01-01T00:00:00Z unless told otherwise. */
export const fakeClock = (startMs = Date.UTC(2026, 0, 1)): FakeClock => {
  let atMs = startMs;
  return {
    nowMs: () => atMs,
    advance(ms) {
      atMs += ms;
    },
    set(next) {
      atMs = next;
    },
  };
};

/** Valid ids that count up from 1: `…0001`, `…0002`. */
export const sequentialIds = (): Ids => {
  let count = 0;
  return {
    next() {
      count += 1;
      return String(count).padStart(26, '0');
    },
  };
};
