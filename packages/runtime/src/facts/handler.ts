import { SpanKind } from '@opentelemetry/api';
import { type Backoff, backoffMs, type Clock } from '@app/kernel';
import type { Msg } from 'nats';
import { runInRequest } from '../context.ts';
import { runWithParent, withSpan } from '../tracing/index.ts';
import type { DeadLetters, Death } from './dead.ts';
import { factMetrics } from './metrics.ts';
import { isOutage, waitOut } from './outage.ts';
import type { FactConsumerOptions, FactDelivery, FactLogger } from './types.ts';
import { ack, decodeFact, deliveryInfo } from './wire.ts';

export interface HandlerDeps {
  readonly logger: FactLogger;
  readonly clock: Clock;
  readonly dead: DeadLetters;
}

/** What happens to one message, from its bytes to its answer. Never rejects. */
export const createHandler = (
  options: FactConsumerOptions,
  deps: HandlerDeps,
  stopping: AbortSignal,
): ((message: Msg) => Promise<void>) => {
  const { consumer, attemptsMax = 10, crashesMax = 100 } = options;
  const { logger } = deps;
  const backoff: Backoff = { baseMs: 1000, capMs: 60_000, ...options.backoff, attemptsMax };
  const again = (message: Msg, attempt: number): void => {
    message.respond(ack.again(backoffMs(attempt, backoff, Math.random)));
  };
  const bury = createBurial(consumer, deps, again);

  const deliver = (fact: FactDelivery): Promise<void> =>
    waitOut(() => handleInSpan(fact, options), {
      isOutage,
      backoff,
      signal: stopping,
      onOutage: (error) => {
        logger.warn(
          { err: error, consumer, factId: fact.id },
          'a fact waits: what its handler needs is down',
        );
      },
    });
  const fail = async (message: Msg, fact: FactDelivery, error: unknown): Promise<void> => {
    const { attempt, id: factId } = fact;
    // Stopping in an outage is no failed attempt of the fact's: another instance goes on with it.
    if (stopping.aborted && isOutage(error)) message.respond(ack.again(0));
    else if (attempt >= attemptsMax) {
      await bury(message, { attempts: attempt, code: codeOf(error), reason: messageOf(error) });
    } else {
      factMetrics.handled.inc({ consumer, outcome: 'failed' });
      logger.warn(
        { err: error, consumer, attempt, factId },
        'fact was not handled; it comes again',
      );
      again(message, attempt);
    }
  };
  return async (message) => {
    const { attempt } = deliveryInfo(message);
    const fact = decodeFact(message.data, message.headers);
    if (fact === undefined) {
      await bury(message, { attempts: attempt, ...UNDECODABLE });
      return;
    }
    if (attempt > Math.max(attemptsMax, crashesMax)) {
      await bury(message, { attempts: attempt - 1, ...CRASHED });
      return;
    }
    try {
      await deliver({ ...fact, attempt });
    } catch (error) {
      await fail(message, { ...fact, attempt }, error);
      return;
    }
    message.respond(ack.done);
    factMetrics.handled.inc({ consumer, outcome: 'ok' });
    const ageMs = deps.clock.nowMs() - fact.occurredAtMs;
    factMetrics.ageSeconds.observe({ consumer }, Math.max(0, ageMs) / 1000);
  };
};

const UNDECODABLE = { code: 'UNDECODABLE', reason: 'the bytes are not a fact: see raw' };
const CRASHED = {
  code: 'CRASHED',
  reason: 'no delivery was answered: the process died or hung each time',
};

/** As a child of whoever published, so that one trace shows cause and effect. */
const handleInSpan = (fact: FactDelivery, options: FactConsumerOptions): Promise<void> => {
  const attributes = () => ({
    'messaging.system': 'nats',
    'messaging.operation.type': 'process',
    'messaging.destination.name': fact.name,
    'messaging.message.id': fact.id,
    'messaging.consumer.group.name': options.consumer,
    'app.attempt': fact.attempt,
  });
  // The request that led to the fact: its id is in every log line of the effect.
  const context = {
    requestId: fact.requestId ?? fact.id,
    locale: 'zh-CN' as const,
    traceparent: fact.traceparent,
    service: options.service,
  };
  return runInRequest(context, () =>
    runWithParent(fact.traceparent, () =>
      withSpan(`process ${fact.name}`, attributes, () => options.handle(fact), {
        kind: SpanKind.CONSUMER,
        service: options.service,
      }),
    ),
  );
};

/** Moves a message to the dead letters; when that fails it stays in the stream and comes again. */
const createBurial =
  (
    consumer: string,
    { dead, logger }: HandlerDeps,
    again: (message: Msg, attempt: number) => void,
  ) =>
  async (message: Msg, death: Omit<Death, 'consumer'>): Promise<void> => {
    const { streamSeq, attempt } = deliveryInfo(message);
    const fields = { consumer, streamSeq, ...death };
    try {
      await dead.bury(message, { consumer, ...death });
    } catch (error) {
      logger.error(
        { ...fields, err: error },
        'dead fact cannot be put aside; it stays in the stream',
      );
      again(message, attempt);
      return;
    }
    // A crash right here repeats both steps; the dead letter's message id makes it one.
    message.respond(ack.done);
    factMetrics.dead.inc({ consumer });
    factMetrics.handled.inc({ consumer, outcome: 'dead' });
    logger.error(fields, 'fact is dead: it waits in the dead letters');
  };

const codeOf = (error: unknown): string => {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : 'INTERNAL';
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
