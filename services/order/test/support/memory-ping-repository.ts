import type { PingRepository } from '../../src/repository.ts';

export const createMemoryPingRepository = (): PingRepository => {
  const counts = new Map<string, number>();
  return {
    increment(name) {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return Promise.resolve(count);
    },
  };
};
