/** What every window has: the moment it is over, on the monotonic clock in ms. */
export interface Ending {
  endsAt: number;
}

/**
 * A bounded map of windows. An attacker with many addresses cannot fill the memory: the oldest
 * window goes first, which costs one more question to Redis if it was still in use.
 */
export const createWindowStore = <W extends Ending>(max: number) => {
  const windows = new Map<string, W>();
  // Insertion order is nearly the order of ending, so the head is where the old ones are. Two per
  // insertion keep up with any rate without a sweep that would stop the process.
  const makeRoom = (now: number): void => {
    let looked = 0;
    for (const [id, window] of windows) {
      if (window.endsAt > now && windows.size < max) return;
      windows.delete(id);
      if (++looked === 2) return;
    }
  };
  return {
    /** The window that still runs, if any. */
    get(id: string, now: number): W | undefined {
      const window = windows.get(id);
      return window !== undefined && window.endsAt > now ? window : undefined;
    },
    set(id: string, window: W, now: number): void {
      windows.delete(id); // to the end of the order
      makeRoom(now);
      windows.set(id, window);
    },
    get size(): number {
      return windows.size;
    },
  };
};
