import type { AnyHint, PayloadOf } from '@app/contracts';
import type { Context, ServiceBroker, ServiceSchema } from 'moleculer';
import { requestContext, runInRequest } from '../context.ts';
import { runtimeOf } from '../host/node-runtime.ts';
import type { NatsLink } from '../host/nats-link.ts';
import type { Logger } from '../logging/logger.ts';
import { hintsReceived, hintsSent } from '../metrics.ts';
import { inject, runWithParent } from '../tracing/index.ts';
import { fromMeta, toMeta } from './meta.ts';
import type { HintSender } from './types.ts';
import { createChecker } from './validation.ts';

/** A hint and what to do about it. */
export interface HintSubscription {
  readonly hint: AnyHint;
  readonly handle: (payload: unknown) => void | Promise<void>;
}

/** Listens to a hint. A handler that fails is logged; the hint is not repeated. */
export const onHint = <H extends AnyHint>(
  hint: H,
  handle: (payload: PayloadOf<H>) => void | Promise<void>,
): HintSubscription => ({ hint, handle: handle as HintSubscription['handle'] });

type HintContext = Context<unknown, Record<string, unknown>>;

/** The `events` of a service schema for its subscriptions; several to one hint are all served. */
export const hintEvents = (
  service: string,
  subscriptions: readonly HintSubscription[],
): NonNullable<ServiceSchema['events']> => {
  const byName = Map.groupBy(subscriptions, ({ hint }) => hint.name);
  return Object.fromEntries(
    [...byName].map(([name, group]) => [
      name,
      { handler: createHintHandler(service, name, group) },
    ]),
  );
};

const createHintHandler = (service: string, name: string, group: readonly HintSubscription[]) => {
  const [first] = group;
  const problemOf = first === undefined ? () => undefined : createChecker(first.hint.payload);
  return async (ctx: HintContext): Promise<void> => {
    const { logger, newId } = runtimeOf(ctx.broker);
    const meta = fromMeta(ctx.meta, newId);
    const problem = problemOf(ctx.params);
    if (problem !== undefined) {
      hintsReceived.inc({ hint: name, outcome: 'invalid' });
      logger.warn({ hint: name, problem }, 'hint does not fit its contract');
      return;
    }
    const { requestId, locale, traceparent } = meta;
    await runInRequest({ requestId, locale, traceparent, service }, () =>
      runWithParent(traceparent, () => handleAll(group, ctx.params, logger)),
    );
  };
};

const handleAll = async (
  group: readonly HintSubscription[],
  payload: unknown,
  logger: Logger,
): Promise<void> => {
  for (const { hint, handle } of group) {
    try {
      await handle(payload);
      hintsReceived.inc({ hint: hint.name, outcome: 'ok' });
    } catch (error) {
      hintsReceived.inc({ hint: hint.name, outcome: 'error' });
      logger.warn({ err: error, hint: hint.name }, 'hint could not be handled');
    }
  }
};

export interface HintSenderDeps {
  readonly broker: ServiceBroker;
  readonly link: NatsLink;
  readonly logger: Logger;
  readonly service: string;
  readonly newId: () => string;
}

// A hint is not worth holding an answer back for longer.
const FLUSH_TIMEOUT_MS = 1_000;

export const createHintSender =
  ({ broker, link, logger, service, newId }: HintSenderDeps): HintSender =>
  async (hint, payload) => {
    const context = requestContext();
    const meta = toMeta({
      caller: { kind: 'service', name: context?.service ?? service },
      requestId: context?.requestId ?? newId(),
      locale: context?.locale ?? 'zh-CN',
      traceparent: inject() ?? context?.traceparent,
    });
    try {
      await broker.broadcast(hint.name, payload, { meta });
      await link.flush(FLUSH_TIMEOUT_MS);
      hintsSent.inc({ hint: hint.name, outcome: 'ok' });
    } catch (error) {
      hintsSent.inc({ hint: hint.name, outcome: 'error' });
      logger.warn({ err: error, hint: hint.name }, 'hint could not be sent');
    }
  };
