import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';

const DAY_MS = 24 * 3600 * 1000;

/** JetStream's own numbers for what went wrong. */
const CONSUMER_NOT_FOUND = 10014;
const STREAM_NAME_IN_USE = 10058;
const STREAM_NOT_FOUND = 10059;
const SUBJECTS_OVERLAP = 10065;

/** Names of streams and subjects of one namespace. */
export const createNames = (namespace: string) => {
  if (!/^[a-z0-9_-]{1,48}$/.test(namespace)) {
    throw new Error(`NAMESPACE "${namespace}" cannot be used: it is 1-48 of a-z, 0-9, "-" and "_"`);
  }
  const upper = namespace.toUpperCase();
  return {
    facts: `${upper}_FACTS`,
    dead: `${upper}_DEAD`,
    replay: `${upper}_REPLAY`,
    factSubject: (fact: string) => `${namespace}.fact.${fact}`,
    deadSubject: (consumer: string) => `${namespace}.dead.${consumer}`,
    replaySubject: (consumer: string) => `${namespace}.replay.${consumer}`,
  };
};

export type Names = ReturnType<typeof createNames>;

type Wanted = Pick<StreamConfig, 'name' | 'subjects' | 'retention' | 'storage' | 'discard'> &
  Partial<StreamConfig>;

/**
 * The three streams. `discard: new` everywhere: a full stream refuses the publisher, who keeps the
 * fact in its outbox, instead of silently dropping somebody's oldest.
 * No `max_bytes`: it would reserve that much disk for every namespace on the server.
 */
const wantedStreams = (names: Names): readonly Wanted[] => [
  {
    name: names.facts,
    subjects: [names.factSubject('>')],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    // A consumer may be away for a week (a service that is rolled back over a holiday).
    max_age: nanos(7 * DAY_MS),
    max_msgs: 50_000_000,
    max_msg_size: 512 * 1024,
    // Longer than any pause between a relay's publish and its repeat after a crash.
    duplicate_window: nanos(120_000),
  },
  {
    name: names.dead,
    subjects: [names.deadSubject('>')],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_age: 0,
    max_msgs: 1_000_000,
    duplicate_window: nanos(120_000),
  },
  {
    // Work queue: each consumer has its own subject here and takes what it handled out.
    name: names.replay,
    subjects: [names.replaySubject('>')],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_age: nanos(30 * DAY_MS),
    max_msgs: 1_000_000,
    duplicate_window: nanos(120_000),
  },
];

/** Creates what is missing and corrects what differs; safe when several processes do it at once. */
export const ensureStreams = async (jsm: JetStreamManager, names: Names): Promise<void> => {
  for (const wanted of wantedStreams(names)) await ensureStream(jsm, wanted);
};

const ensureStream = async (jsm: JetStreamManager, wanted: Wanted): Promise<void> => {
  const found = await findStream(jsm, wanted.name);
  if (found === undefined) {
    const created = await createStream(jsm, wanted);
    if (created) return;
  }
  const config = found ?? (await findStream(jsm, wanted.name));
  if (config === undefined) throw new Error(`stream ${wanted.name} vanished while it was set up`);
  for (const key of ['retention', 'storage'] as const) {
    if (config[key] === wanted[key]) continue;
    throw new Error(
      `stream ${wanted.name} has ${key} "${config[key]}" instead of "${wanted[key]}", which cannot be changed in place: ` +
        'move its messages away and delete it, or choose another NAMESPACE',
    );
  }
  if (differs(config, wanted)) await jsm.streams.update(wanted.name, wanted);
};

const findStream = async (
  jsm: JetStreamManager,
  name: string,
): Promise<StreamConfig | undefined> => {
  try {
    return (await jsm.streams.info(name)).config;
  } catch (error) {
    if (apiCode(error) === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
};

/** False when another process was faster. */
const createStream = async (jsm: JetStreamManager, wanted: Wanted): Promise<boolean> => {
  try {
    await jsm.streams.add(wanted);
    return true;
  } catch (error) {
    if (apiCode(error) === STREAM_NAME_IN_USE) return false;
    if (apiCode(error) !== SUBJECTS_OVERLAP) throw error;
    throw new Error(
      `another stream on this server already takes ${wanted.subjects.join(', ')}: choose another NAMESPACE or remove that stream`,
      { cause: error },
    );
  }
};

/** Only what we set: replicas, placement and the like belong to whoever runs the servers. */
const differs = (config: StreamConfig, wanted: Wanted): boolean =>
  Object.entries(wanted).some(
    ([key, value]) => JSON.stringify(config[key as keyof StreamConfig]) !== JSON.stringify(value),
  );

export interface DurableOptions {
  readonly stream: string;
  readonly durable: string;
  readonly filter: string;
  readonly ackWaitMs: number;
}

/** Creates or updates a durable pull consumer; every instance of a service does so at start. */
export const ensureConsumer = async (
  jsm: JetStreamManager,
  { stream, durable, filter, ackWaitMs }: DurableOptions,
): Promise<void> => {
  const wanted = {
    durable_name: durable,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    // A consumer that is new gets what the stream still holds, so nothing is missed by starting late.
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    // Attempts are counted and ended by us: the server would drop silently.
    max_deliver: -1,
    // Over all instances. Facts that wait for their next attempt count too, so it must be far
    // above what is handled at once, or a few bad facts would stop all the others.
    max_ack_pending: 5000,
    max_waiting: 512,
  } satisfies Partial<ConsumerConfig>;
  const found = await findConsumer(jsm, stream, durable);
  const same = Object.entries(wanted).every(
    ([key, value]) => found?.[key as keyof ConsumerConfig] === value,
  );
  if (!same) await jsm.consumers.add(stream, wanted);
};

const findConsumer = async (
  jsm: JetStreamManager,
  stream: string,
  durable: string,
): Promise<ConsumerConfig | undefined> => {
  try {
    return (await jsm.consumers.info(stream, durable)).config;
  } catch (error) {
    if (apiCode(error) === CONSUMER_NOT_FOUND) return undefined;
    throw error;
  }
};

export const apiCode = (error: unknown): number | undefined =>
  error instanceof NatsError ? error.api_error?.err_code : undefined;
