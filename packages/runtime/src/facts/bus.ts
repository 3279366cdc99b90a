import { SpanKind } from '@opentelemetry/api';
import type { Clock } from '@app/kernel';
import { headers } from 'nats';
import { inject, runWithParent, withSpan } from '../tracing/index.ts';
import { type FactConnection, openConnection } from './connection.ts';
import { createConsumer } from './consumer.ts';
import { createDeadLetters } from './dead.ts';
import { createLagMeter } from './lag.ts';
import { factMetrics } from './metrics.ts';
import { createNames, ensureStreams } from './streams.ts';
import { createStore, type Store } from './store.ts';
import type { FactBus, FactLogger, FactMessage, FactPart } from './types.ts';
import { checkFactName, encodeFact, TRACEPARENT } from './wire.ts';

export interface FactBusConfig {
  /** `nats://user:pass@host:port`, several separated by commas. */
  readonly natsUrl: string;
  /** Prefix of streams and subjects, `mall`: 1-48 of a-z, 0-9, `-` and `_`. */
  readonly namespace: string;
  readonly logger: FactLogger;
  readonly clock: Clock;
  /** Name of the connection in the server's monitoring. */
  readonly connectionName?: string;
  /** After this long a fact in the hands of a process that died goes to another. Default 30 s. */
  readonly ackWaitMs?: number;
}

/** Facts over NATS JetStream. One per process; start it before its consumers. */
export const createFactBus = (config: FactBusConfig): FactBus => {
  const { logger, clock } = config;
  const names = createNames(config.namespace);
  const parts = new Map<string, FactPart>();
  let open: FactConnection | undefined;
  const connection = (): FactConnection => {
    if (open === undefined) throw new Error('the fact bus is not running: start it first');
    return open;
  };
  const store = createStore(names, connection);
  const dead = createDeadLetters({ names, clock, connection, store });
  const lag = createLagMeter(
    names,
    () => open,
    () => parts.keys(),
  );
  const ackWaitMs = config.ackWaitMs ?? 30_000;

  return {
    name: 'facts',
    dead,
    async start() {
      if (open !== undefined) return;
      const opened = await openConnection(config.natsUrl, config.connectionName ?? 'facts', logger);
      try {
        await ensureStreams(opened.jsm, names);
      } catch (error) {
        await opened.close();
        throw error;
      }
      open = opened;
      lag.start();
    },
    async stop() {
      lag.stop();
      await Promise.all([...parts.values()].map((part) => part.stop()));
      const closing = open;
      open = undefined;
      await closing?.close();
    },
    async check() {
      const { jsm, whenConnected } = connection();
      await whenConnected(1);
      await jsm.streams.info(names.facts);
    },
    // `async`, so that a message that is no fact rejects as any other failure does.
    publish: async (message) =>
      publish(message, names.factSubject(checkFactName(message.name)), store),
    consume(options) {
      if (parts.has(options.consumer)) {
        throw new Error(
          `consumer ${options.consumer} exists already: each needs a name of its own`,
        );
      }
      const part = createConsumer(options, { names, logger, clock, ackWaitMs, dead, connection });
      parts.set(options.consumer, part);
      return part;
    },
  };
};

const publish = async (message: FactMessage, subject: string, store: Store): Promise<void> => {
  const body = encodeFact(message);
  const send = async (): Promise<void> => {
    const head = headers();
    const traceparent = inject() ?? message.traceparent;
    if (traceparent !== undefined) head.set(TRACEPARENT, traceparent);
    await store(subject, body, { headers: head, msgID: message.id });
  };
  const attributes = () => ({
    'messaging.system': 'nats',
    'messaging.operation.type': 'send',
    'messaging.destination.name': message.name,
    'messaging.message.id': message.id,
  });
  const inSpan = () =>
    withSpan(`publish ${message.name}`, attributes, send, { kind: SpanKind.PRODUCER });
  try {
    // A relay publishes long after the request: the fact belongs to the request's trace.
    await (message.traceparent === undefined
      ? inSpan()
      : runWithParent(message.traceparent, inSpan));
  } catch (error) {
    throw new Error(`fact ${message.name} ${message.id} was not stored: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  factMetrics.published.inc({ fact: message.name });
};

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
