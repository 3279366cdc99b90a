import { createUlids, systemClock } from '@app/kernel';
import {
  dropNamespace,
  recordedLogger,
  testEnv,
  testNamespace,
  type TestScope,
} from '@app/testing';
import {
  createFactBus,
  type FactBus,
  type FactBusConfig,
  type FactDelivery,
  type FactMessage,
} from '../../src/facts/index.ts';

const ids = createUlids();

/** A fact as an outbox would hand it over, with an id of its own. */
export const aFact = (fields: Partial<FactMessage> = {}): FactMessage => ({
  id: ids.next(),
  name: 'user.registered',
  payload: { userId: 'u1' },
  occurredAtMs: Date.now(),
  ...fields,
});

/** Quick retries, so that a test need not wait for minutes. */
export const quick = { baseMs: 10, capMs: 40 };

/** A started bus on the test NATS; it ends, and its streams go, with the test. */
export const startBus = async (
  scope: TestScope,
  config: Partial<FactBusConfig> = {},
): Promise<
  FactBus & { readonly namespace: string; readonly logger: ReturnType<typeof recordedLogger> }
> => {
  const { namespace = testNamespace(), natsUrl = testEnv().nats.url } = config;
  const logger = recordedLogger();
  const bus = createFactBus({ clock: systemClock, logger, ...config, namespace, natsUrl });
  await bus.start();
  scope.teardown(async () => {
    await bus.stop();
    if (config.natsUrl === undefined) await dropNamespace(namespace);
  });
  return { ...bus, namespace, logger };
};

/** A handler that keeps what it got. */
export const recorder = () => {
  const got: FactDelivery[] = [];
  return {
    got,
    ids: () => got.map(({ id }) => id),
    handle: (delivery: FactDelivery): Promise<void> => {
      got.push(delivery);
      return Promise.resolve();
    },
  };
};
