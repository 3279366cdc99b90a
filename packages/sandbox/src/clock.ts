/** The sandbox's own time of day: everything that expires here expires by this clock. */
export interface SandboxClock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  offsetMs(): number;
  /** Sets (not adds) how far this clock is from the real one; negative is the past. */
  setOffsetMs(offsetMs: number): void;
}

export const createSandboxClock = (realNowMs: () => number): SandboxClock => {
  let currentOffsetMs = 0;
  return {
    nowMs: () => realNowMs() + currentOffsetMs,
    offsetMs: () => currentOffsetMs,
    setOffsetMs: (offsetMs) => {
      currentOffsetMs = offsetMs;
    },
  };
};
