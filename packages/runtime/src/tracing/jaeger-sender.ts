import { createRequire } from 'node:module';
import type { ThriftProcess, ThriftSpan } from './jaeger-thrift.ts';

/** `jaeger-client` has no types; this is what its two senders have in common. */
export interface JaegerSender {
  setProcess(process: ThriftProcess): void;
  append(span: ThriftSpan, done: (spans: number, error?: string) => void): void;
  flush(done: (spans: number, error?: string) => void): void;
  close(): void;
}

interface SenderModule {
  readonly default: new (options: object) => JaegerSender;
}

// The package's entry point exports only its OpenTracing tracer, so the senders are taken by path;
// and only when needed: with their thrift compiler they are the heaviest part of tracing.
const require = createRequire(import.meta.url);
const load = (sender: 'udp_sender' | 'http_sender'): SenderModule['default'] =>
  (require(`jaeger-client/dist/src/reporters/${sender}.js`) as SenderModule).default;

/** Failures come back through the callbacks; the senders' own log lines would only repeat them. */
const silent = { info: () => undefined, error: () => undefined };

/** To an agent by UDP: thrift in binary form, packets of at most 65,000 bytes. */
export const createUdpSender = (host: string, port: number): JaegerSender =>
  new (load('udp_sender'))({ host, port, logger: silent });

/** To a collector by HTTP: `POST <endpoint>`, 100 spans at a time. */
export const createHttpSender = (endpoint: string, timeoutMs: number): JaegerSender => {
  const url = new URL(endpoint);
  return new (load('http_sender'))({
    endpoint,
    timeoutMs,
    logger: silent,
    ...(url.username === ''
      ? {}
      : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
  });
};
