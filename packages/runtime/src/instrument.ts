import { DomainError } from '@app/kernel';
import { usecaseDuration } from './metrics.ts';
import type { Logger } from './logging/logger.ts';
import { withSpan } from './tracing/index.ts';

type AnyUsecase = (...args: never[]) => Promise<unknown>;

export interface InstrumentOptions {
  /**
   * True for a look into memory that is made thousands of times a second: it has no span of its own
   * (the action's says the same), and its line is written at level debug. The metric stays.
   */
  readonly isHot?: boolean;
}

/**
 * The same use-case with one span, one observation of `app_usecase_duration_seconds` and one info
 * line per execution. Failures are logged where they are answered, not here a second time.
 */
export const instrument = <Usecase extends AnyUsecase>(
  host: { readonly logger: Logger },
  service: string,
  name: string,
  usecase: Usecase,
  { isHot = false }: InstrumentOptions = {},
): Usecase => {
  const level = isHot ? 'debug' : 'info';
  const run = usecase as unknown as (...args: unknown[]) => Promise<unknown>;
  const spanName = `${service}.${name}`;
  const attributes = { 'app.usecase': name };
  // Found once: looking a label set up costs more than counting in it.
  const succeeded = usecaseDuration.labels(service, name, 'ok');
  const finish = (outcome: string, startedMs: number): void => {
    const durationMs = performance.now() - startedMs;
    const duration = outcome === 'ok' ? succeeded : usecaseDuration.labels(service, name, outcome);
    duration.observe(durationMs / 1000);
    host.logger[level](
      { service, usecase: name, outcome, durationMs: Math.round(durationMs * 10) / 10 },
      'use-case',
    );
  };
  const instrumented = async (...args: unknown[]): Promise<unknown> => {
    const startedMs = performance.now();
    try {
      const result = await (isHot
        ? run(...args)
        : withSpan(spanName, attributes, () => run(...args), { service }));
      finish('ok', startedMs);
      return result;
    } catch (error) {
      finish(error instanceof DomainError ? error.code : 'INTERNAL', startedMs);
      throw error;
    }
  };
  return instrumented as unknown as Usecase;
};
