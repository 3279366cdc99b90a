export * from './config/keys.ts';
export * from './config/read.ts';
export { hostKeys, type HostConfig } from './config/host-keys.ts';
export {
  createLogger,
  flushLogger,
  type Logger,
  type LoggerConfig,
  type LogLevel,
} from './logging/logger.ts';
export { redact, scrubText } from './logging/redact.ts';
export {
  remainingMs,
  requestContext,
  runInRequest,
  traceIdOf,
  type Locale,
  type RequestContext,
} from './context.ts';
export { collectProcessMetrics, metricsContentType, metricsText } from './metrics.ts';
export type { App, Host, Part, PartReport, ReadinessReport } from './host/types.ts';
export type { NatsLink } from './host/nats-link.ts';
export { createHost, type HostOptions } from './host/host.ts';
export { runService, type ServiceMain } from './host/run-service.ts';
export { READINESS_ACTION, checkParts, type NodeReport } from './host/readiness.ts';
export * from './actions/types.ts';
export { actionHandlers, type HandlerOptions, type Handlers } from './actions/handlers.ts';
export { actionMetadata, contractMetadata } from './actions/metadata.ts';
export { onHint, type HintSubscription } from './actions/hints.ts';
export {
  fromMeta,
  toMeta,
  type CallMeta,
  type MetaSource,
  type ParsedMeta,
} from './actions/meta.ts';
export { fromWireError, toWireError, type CallFailure } from './actions/wire-errors.ts';
export { createValidator, type FieldError, type Validator } from './actions/validation.ts';
export { wordRule, type Rule } from './actions/validation-messages.ts';
export { instrument, type InstrumentOptions } from './instrument.ts';
export {
  createCoherentCache,
  type CoherentCache,
  type CoherentCacheOptions,
} from './cache/coherent-cache.ts';
export {
  UpstreamError,
  createUpstream,
  type Upstream,
  type UpstreamConfig,
  type UpstreamRequest,
  type UpstreamResponse,
} from './upstream/upstream.ts';
export { buildOpenApi, type OpenApiDocument, type OpenApiInfo } from './openapi/build.ts';
export * from './tracing/index.ts';
export * from './facts/index.ts';
/** What `actionHandlers` makes; services name it without depending on moleculer themselves. */
export type { ServiceSchema } from 'moleculer';
