import { DomainError } from '@app/kernel';
import { usecaseDuration } from './metrics.ts';
import type { Logger } from './logging/logger.ts';
import { withSpan } from './tracing/index.ts';

type AnyUsecase = (...args: never[]) => Promise<unknown>;

/**
 * The same use-case with one span, one observation of `app_usecase_duration_seconds` and one info
 * line per execution. Failures are logged where they are answered, not here a second time.
 */
export const instrument = <Usecase extends AnyUsecase>(
  host: { readonly logger: Logger },
  service: string,
  name: string,
  usecase: Usecase,
): Usecase => {
  const run = usecase as unknown as (...args: unknown[]) => Promise<unknown>;
  const spanName = `${service}.${name}`;
  const attributes = { 'app.usecase': name };
  const finish = (outcome: string, startedMs: number): void => {
    const durationMs = performance.now() - startedMs;
    usecaseDuration.observe({ service, usecase: name, outcome }, durationMs / 1000);
    host.logger.info(
      { service, usecase: name, outcome, durationMs: Math.round(durationMs * 10) / 10 },
      'use-case',
    );
  };
  const instrumented = async (...args: unknown[]): Promise<unknown> => {
    const startedMs = performance.now();
    try {
      const result = await withSpan(spanName, attributes, () => run(...args), { service });
      finish('ok', startedMs);
      return result;
    } catch (error) {
      finish(error instanceof DomainError ? error.code : 'INTERNAL', startedMs);
      throw error;
    }
  };
  return instrumented as unknown as Usecase;
};
