/** A pause that can be cut short, also by a poke that came just before it. */
export interface Waker {
  /** Resolves after `ms`, or at once when poked since the last wait. */
  wait(ms: number): Promise<void>;
  poke(): void;
}

export const createWaker = (): Waker => {
  let poked = false;
  let wake: (() => void) | undefined;
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          wake = undefined;
          poked = false;
          resolve();
        };
        const timer = setTimeout(end, poked ? 0 : ms);
        wake = end;
      }),
    poke() {
      poked = true;
      wake?.();
    },
  };
};

/** Removes rows in batches, so that no statement holds many locks. Resolves with how many went. */
export const inBatches = async (
  removeBatch: (limit: number) => Promise<number>,
  { batch = 1_000, batchesMax = 100 } = {},
): Promise<number> => {
  let removed = 0;
  for (let round = 0; round < batchesMax; round += 1) {
    const count = await removeBatch(batch);
    removed += count;
    if (count < batch) break;
  }
  return removed;
};
