import type { StoreLogger } from '../host.ts';

/** Says "still alive" three times per lease until stopped or until the claim turns out lost. */
export const keepLease = (
  refresh: () => Promise<boolean>,
  leaseMs: number,
  logger: StoreLogger,
): { stop(): void } => {
  let busy = false;
  const beat = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      if (!(await refresh())) clearInterval(timer);
    } catch (error) {
      logger.warn({ err: error }, 'the lease of an idempotency key could not be lengthened');
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void beat(), leaseMs / 3);
  return {
    stop() {
      clearInterval(timer);
    },
  };
};
