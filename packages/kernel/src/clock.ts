/** The time of day as a port, so that rules about time can be tested to the millisecond. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** RFC 3339 in UTC with milliseconds, the form of every `…At` field in HTTP. */
export const toRfc3339 = (atMs: number): string => new Date(atMs).toISOString();
