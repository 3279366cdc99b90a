import { SpanKind, trace } from '@opentelemetry/api';
import { withSpan } from '@app/runtime';
import type { Redis } from 'ioredis';

/**
 * Runs `work` inside a client span, but only below a span that is recorded: an unsampled request
 * and work in the background pay one look-up and nothing else.
 */
export const inRedisSpan = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
  trace.getActiveSpan()?.isRecording() === true
    ? withSpan(
        `redis ${operation}`,
        { 'db.system.name': 'redis', 'db.operation.name': operation },
        work,
        { kind: SpanKind.CLIENT },
      )
    : work();

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * Gives every command of this client a span of its own caller.
 *
 * ioredis publishes its commands on a diagnostics channel, but from the moment the automatic
 * pipeline is written, which is in the context of whoever came first: spans would hang in other
 * requests' traces. Therefore the methods themselves are wrapped. Keys and values stay out of the
 * span: they may be personal data. Explicit pipelines have no span (the automatic one makes them
 * needless); transactions have one for `exec`.
 */
export const traceCommands = (client: Redis): void => {
  const methods = client as unknown as Record<string, Method | undefined>;
  for (const command of client.getBuiltinCommands()) {
    if (command === 'multi' || command === 'exec' || command === 'quit') continue;
    for (const name of [command, `${command}Buffer`]) {
      const original = methods[name];
      if (original === undefined) continue;
      methods[name] = (...args) => inRedisSpan(command, () => original.apply(client, args));
    }
  }
  const multi = client.multi.bind(client) as (...args: unknown[]) => unknown;
  methods['multi'] = ((...args: unknown[]) => {
    const transaction = multi(...args) as { exec?: Method };
    const exec = transaction.exec?.bind(transaction);
    if (exec !== undefined)
      transaction.exec = (...more) => inRedisSpan('multi', () => exec(...more));
    return transaction;
  }) as unknown as Method;
};
