import { choice, decimal, environments, integer, optional, text } from './keys.ts';
import { defineConfig, type ConfigOf } from './read.ts';

/** The keys every process has. */
export const hostKeys = defineConfig({
  env: choice('ENV', environments, {
    doc: 'Environment; pro refuses weak secrets and does not check results',
    default: 'dev',
  }),
  natsUrl: text('NATS_URL', {
    doc: 'NATS with JetStream; several servers separated by commas',
    pattern: /^(nats|tls):\/\/\S+$/,
    example: 'nats://127.0.0.1:4222',
  }),
  namespace: text('NAMESPACE', {
    doc: 'Separates suites that share one NATS: only nodes of the same namespace see each other',
    default: 'mall',
    pattern: /^[a-z0-9][a-z0-9-]{0,30}$/,
  }),
  nodeId: optional(
    text('NODE_ID', {
      doc: 'Unique name of this process on the bus; by default made from service, host and pid',
      pattern: /^[A-Za-z0-9_-]{1,64}$/,
    }),
  ),
  logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    doc: 'Least level that is written',
    default: 'info',
  }),
  logFile: optional(
    text('LOG_FILE', { doc: 'Write the log to this file instead of standard output' }),
  ),
  metricsPort: integer('METRICS_PORT', {
    doc: 'Port of /metrics, /health and /ready; 0 is off',
    default: 0,
    max: 65_535,
  }),
  metricsHost: text('METRICS_HOST', { doc: 'Address that port listens on', default: '127.0.0.1' }),
  traceSampleRatio: optional(
    decimal('TRACE_SAMPLE_RATIO', {
      doc: 'Share of requests that are traced; by default 1 in dev, 0.01 elsewhere',
      max: 1,
    }),
  ),
  traceExporter: choice('TRACE_EXPORTER', ['none', 'jaeger', 'otlp'], {
    doc: 'Where spans go',
    default: 'none',
  }),
  jaegerAgentHost: text('JAEGER_AGENT_HOST', {
    doc: 'Jaeger agent that takes spans over UDP',
    default: '127.0.0.1',
  }),
  jaegerAgentPort: integer('JAEGER_AGENT_PORT', {
    doc: 'UDP port of the Jaeger agent (thrift binary)',
    default: 6832,
    min: 1,
    max: 65_535,
  }),
  jaegerEndpoint: optional(
    text('JAEGER_ENDPOINT', {
      doc: 'Jaeger collector that takes spans over HTTP; wins over the agent',
      pattern: /^https?:\/\/\S+$/,
      example: 'http://jaeger:14268/api/traces',
    }),
  ),
  otlpEndpoint: optional(
    text('OTLP_ENDPOINT', {
      doc: 'OTLP/HTTP collector',
      pattern: /^https?:\/\/\S+$/,
      example: 'http://collector:4318/v1/traces',
    }),
  ),
  stopTimeoutMs: integer('STOP_TIMEOUT_MS', {
    doc: 'How long a stop may take to finish what was begun',
    default: 25_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
  }),
});

export type HostConfig = Readonly<ConfigOf<typeof hostKeys>>;
