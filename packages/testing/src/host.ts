import type { Host, HostOptions } from '@app/runtime';
import { connect } from 'nats';
import { testEnv } from './config.ts';
import type { TestScope } from './teardown.ts';
import { uniqueName } from './unique.ts';

export interface TestHostOptions extends HostOptions {
  readonly service: string;
  /** Hosts that shall see each other share a namespace. Default: one of its own. */
  readonly namespace?: string;
  readonly natsUrl?: string;
  /** More keys of the host's configuration, as in the environment: `{ TRACE_EXPORTER: 'jaeger' }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Stops the host and removes its streams when this test ends. */
  readonly scope?: TestScope;
}

/**
 * A host on the test NATS that nobody else sees: own namespace, silent log, no traces. It is not
 * started, so that the test can `add` its apps first.
 */
export const createTestHost = async (options: TestHostOptions): Promise<Host> => {
  const { service, env, scope, natsUrl = testEnv().nats.url, ...hostOptions } = options;
  const namespace = options.namespace ?? testNamespace();
  // Only now: the runtime's own tests use this package too.
  const { createHost, hostKeys, readConfig } = await import('@app/runtime');
  const config = readConfig(
    hostKeys,
    {
      ENV: 'dev',
      NATS_URL: natsUrl,
      NAMESPACE: namespace,
      LOG_LEVEL: 'silent',
      STOP_TIMEOUT_MS: '5000',
      ...env,
    },
    { service },
  );
  const host = createHost(config, { name: service, ...hostOptions });
  scope?.teardown(async () => {
    await host.stop();
    await dropNamespace(namespace, natsUrl);
  });
  return host;
};

/** A namespace of 30 characters at most that nobody else uses. */
export const testNamespace = (): string => uniqueName('t', '-').slice(0, 30);

/** Deletes the JetStream streams of a namespace, so that tests leave nothing on a shared server. */
export const dropNamespace = async (
  namespace: string,
  natsUrl = testEnv().nats.url,
): Promise<void> => {
  const connection = await connect({ servers: natsUrl.replace(/^nats:\/\//, '') });
  try {
    const { streams } = await connection.jetstreamManager();
    for await (const name of streams.names()) {
      if (!name.startsWith(`${namespace.toUpperCase()}_`)) continue;
      // A test's hosts may end at the same moment and drop the same streams.
      await streams.delete(name).catch(() => false);
    }
  } finally {
    await connection.close();
  }
};
