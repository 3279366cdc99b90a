import type { Clock, Ids } from '@app/kernel';
import type { FactBus } from '@app/runtime';

/** As much of a logger as this package uses. */
export interface StoreLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** As much of a process as a database needs; a `Host` has it. */
export interface StoreHost {
  readonly logger: StoreLogger;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What the outbox and fact consumers need besides. */
export interface FactHost extends StoreHost {
  readonly facts: Pick<FactBus, 'publish' | 'consume'>;
}
