import { DomainError } from '@app/kernel';

/** Redis cannot be used right now; what a script or a bug of ours says passes as it is. */
export const redisUnavailable = (cause: unknown): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
    message: 'redis could not be used',
    data: { store: 'redis' },
    cause,
  });

export const reachingRedis = async <R>(work: () => Promise<R>): Promise<R> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? error : redisUnavailable(error);
  }
};
