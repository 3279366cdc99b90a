import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/**
 * OTLP over HTTP. The library is loaded with the first spans: who exports to Jaeger does not pay
 * for it in memory and start-up time.
 */
export const createOtlpExporter = (
  endpoint: string | undefined,
  timeoutMs: number,
): SpanExporter => {
  let loading: Promise<SpanExporter> | undefined;
  const load = async (): Promise<SpanExporter> => {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    return new OTLPTraceExporter({
      timeoutMillis: timeoutMs,
      ...(endpoint === undefined ? {} : { url: endpoint }),
    });
  };
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
      loading ??= load();
      loading.then(
        (exporter) => {
          exporter.export(spans, done);
        },
        (error: unknown) => {
          done({ code: ExportResultCode.FAILED, error: error as Error });
        },
      );
    },
    async forceFlush() {
      await (await loading)?.forceFlush?.();
    },
    async shutdown() {
      await (await loading)?.shutdown();
    },
  };
};
