import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { Counter } from 'prom-client';

const spans = new Counter({
  name: 'app_trace_spans_total',
  help: 'Recorded spans by what became of them: sent or failed',
  labelNames: ['outcome'],
});

/** The same exporter, counted: failures to export are silent everywhere else. */
export const counted = (exporter: SpanExporter): SpanExporter => ({
  export(batch, done) {
    exporter.export(batch, (result) => {
      const outcome = result.code === ExportResultCode.SUCCESS ? 'sent' : 'failed';
      spans.inc({ outcome }, batch.length);
      done(result);
    });
  },
  forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  shutdown: () => exporter.shutdown(),
});
