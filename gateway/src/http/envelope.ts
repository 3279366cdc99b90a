import { findErrorEntry, systemErrors } from '@app/contracts';
import { DomainError, errorKinds, type ErrorEntry } from '@app/kernel';
import type { FieldProblem, Locale } from '../errors.ts';

/** `requestId` is made of characters that need no escaping. */
export const successEnvelope = (status: number, data: unknown, requestId: string): string =>
  `{"code":${status},"message":"Success","data":${data === undefined ? 'null' : JSON.stringify(data)},"requestId":"${requestId}"}`;

/** A failure as the client sees it. */
export interface Failure {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly errors: readonly FieldProblem[] | undefined;
  /** Whole seconds for `Retry-After`, on 429 and 503. */
  readonly retryAfterSeconds: number | undefined;
  /** True for failures nobody foresaw: log them with their stack. */
  readonly isBug: boolean;
}

const RETRY_AFTER_SECONDS_DEFAULT = 1;
const FIELD_PROBLEMS_MAX = 20;

/**
 * The failure behind any error. Only codes of the catalogue leave this process; everything else is
 * `INTERNAL`, whatever it says about itself.
 */
export const toFailure = (error: unknown, locale: Locale): Failure => {
  const known = error instanceof DomainError ? findErrorEntry(error.code) : undefined;
  if (!(error instanceof DomainError) || known === undefined)
    return describe('INTERNAL', systemErrors.INTERNAL, undefined, locale);
  return describe(error.code, known, error.data, locale);
};

const describe = (
  type: string,
  entry: ErrorEntry,
  data: DomainError['data'],
  locale: Locale,
): Failure => {
  const { status } = errorKinds[entry.kind];
  return {
    status,
    type,
    message: locale === 'en' ? entry.en : entry.zh,
    errors: status === 400 ? fieldProblems(data?.['errors']) : undefined,
    retryAfterSeconds: status === 429 || status === 503 ? retryAfter(data) : undefined,
    isBug: entry.kind === 'internal',
  };
};

const retryAfter = (data: DomainError['data']): number => {
  const seconds = data?.['retryAfterSeconds'];
  return typeof seconds === 'number' && seconds >= 1
    ? Math.ceil(seconds)
    : RETRY_AFTER_SECONDS_DEFAULT;
};

/** Copies the three fields that are public, so that nothing else a service put there gets out. */
const fieldProblems = (errors: unknown): FieldProblem[] | undefined => {
  if (!Array.isArray(errors)) return undefined;
  return (errors as unknown[]).slice(0, FIELD_PROBLEMS_MAX).map((problem) => {
    const { field, rule, message } = (problem ?? {}) as Partial<
      Record<keyof FieldProblem, unknown>
    >;
    return { field: text(field), rule: text(rule), message: text(message) };
  });
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `data` is null except for `/system/ready`, whose parts are its answer whether ready or not. */
export const failureEnvelope = (
  failure: Failure,
  requestId: string,
  data: unknown = null,
): string =>
  JSON.stringify({
    code: failure.status,
    type: failure.type,
    message: failure.message,
    data,
    ...(failure.errors === undefined ? {} : { errors: failure.errors }),
    requestId,
  });
