export { startTracing, type Tracing, type TracingConfig } from './start.ts';
export {
  extract,
  inject,
  linkTo,
  runWithParent,
  tracer,
  withSpan,
  type LazyAttributes,
  type SpanOptions,
} from './span.ts';
