import type { ServiceBroker } from 'moleculer';
import type { Logger } from '../logging/logger.ts';

/** What action handlers need from the node they run on. */
export interface NodeRuntime {
  readonly logger: Logger;
  readonly newId: () => string;
  /** Results are checked against their schema everywhere but in production. */
  readonly checkResults: boolean;
  readonly inFlight: InFlight;
}

/** Counts what this node has taken and not yet answered, so that a stop can wait for it. */
export interface InFlight {
  enter(): void;
  leave(): void;
  readonly count: number;
  /** How many ever came; a stop looks whether it still grows. */
  readonly total: number;
}

export const createInFlight = (): InFlight => {
  let count = 0;
  let total = 0;
  return {
    enter() {
      count += 1;
      total += 1;
    },
    leave() {
      count -= 1;
    },
    get count() {
      return count;
    },
    get total() {
      return total;
    },
  };
};

// Schemas are made before their broker is known to them, and one process may hold several brokers.
const runtimes = new WeakMap<object, NodeRuntime>();

export const bindRuntime = (broker: ServiceBroker, runtime: NodeRuntime): void => {
  runtimes.set(broker, runtime);
};

export const runtimeOf = (broker: object): NodeRuntime => {
  const runtime = runtimes.get(broker);
  if (runtime === undefined) throw new Error('this broker was not made by createHost');
  return runtime;
};
