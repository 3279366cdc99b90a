import type { FactConnection } from './connection.ts';
import { createHandler, type HandlerDeps } from './handler.ts';
import { createHands } from './hands.ts';
import { factMetrics } from './metrics.ts';
import { createPuller, type Puller } from './puller.ts';
import { ensureConsumer, ensureStreams, type Names } from './streams.ts';
import type { FactConsumerOptions, FactPart } from './types.ts';
import { checkFactName } from './wire.ts';

export interface ConsumerDeps extends HandlerDeps {
  readonly names: Names;
  readonly ackWaitMs: number;
  /** Throws while the bus has not started. */
  readonly connection: () => FactConnection;
}

const REPLAYS_IN_FLIGHT = 4;

export const createConsumer = (options: FactConsumerOptions, deps: ConsumerDeps): FactPart => {
  const { consumer, fact } = options;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(consumer)) {
    throw new Error(
      `"${consumer}" is not a consumer's name: it is 1-64 of letters, digits, "-" and "_"`,
    );
  }
  checkFactName(fact);
  const { names } = deps;
  const lanes = [
    { stream: names.facts, filter: names.factSubject(fact), max: options.maxInFlight ?? 64 },
    // Replays come on a stream of their own, so that they reach this consumer and no other
    // (a durable has one filter subject in NATS 2.9, so one durable could not take both).
    { stream: names.replay, filter: names.replaySubject(consumer), max: REPLAYS_IN_FLIGHT },
  ].map((lane) => createLane(lane, options, deps));
  const problem = (): Error | undefined =>
    lanes.map((lane) => lane.problem()).find((each) => each !== undefined);
  let stopped: Promise<void> | undefined;
  return {
    name: `fact consumer ${consumer}`,
    async start() {
      for (const lane of lanes) await lane.start();
    },
    stop: () =>
      (stopped ??= Promise.all(lanes.map((lane) => lane.stop())).then(() => {
        factMetrics.lag.remove({ consumer });
      })),
    check() {
      const error = problem();
      return error === undefined
        ? Promise.resolve()
        : Promise.reject(new Error(`fact consumer ${consumer} gets no facts: ${error.message}`));
    },
  };
};

interface LaneSpec {
  readonly stream: string;
  readonly filter: string;
  readonly max: number;
}

/** One durable consumer of one stream: fetches, handles, answers. */
const createLane = (spec: LaneSpec, options: FactConsumerOptions, deps: ConsumerDeps) => {
  const { consumer } = options;
  const durable = { ...spec, durable: consumer, ackWaitMs: deps.ackWaitMs };
  const hands = createHands(spec.max, deps.ackWaitMs / 3);
  const handle = createHandler(options, deps, hands.stopping);
  let puller: Puller | undefined;
  const ensure = async (): Promise<void> => {
    const { jsm } = deps.connection();
    await ensureStreams(jsm, deps.names);
    await ensureConsumer(jsm, durable);
  };
  return {
    async start(): Promise<void> {
      await ensure();
      // Stopped while it was starting: the host gave up, or a first fact led to it.
      if (hands.stopping.aborted) return;
      puller = createPuller({
        connection: deps.connection(),
        stream: spec.stream,
        durable: consumer,
        logger: deps.logger,
        ensure,
        capacity: () => hands.free(),
        onMessage: (message) => {
          hands.take(message, handle(message));
        },
      });
      puller.start();
    },
    async stop(): Promise<void> {
      hands.stop();
      await puller?.stop();
      await hands.empty();
    },
    problem: () => puller?.problem(),
  };
};
