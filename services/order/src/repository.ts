/** How often a name was said. */
export interface PingRepository {
  /** Adds one, also when called in parallel. @returns the count with this one */
  increment(name: string): Promise<number>;
}
