import { DomainError } from '@app/kernel';

/** `work`, or a rejection after `timeoutMs`; the work itself is not stopped. */
export const within = async <T>(
  timeoutMs: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

export const unavailable = (message: string, cause?: unknown): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'unavailable', { message, cause });
