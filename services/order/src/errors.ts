import { systemErrors } from '@app/contracts';
import { errorFactory, isError, type DomainError } from '@app/kernel';
import { requestContext } from '@app/runtime';

export { orderError } from './domain/refusal.ts';

const systemError = errorFactory(systemErrors);

/** 400 `VALIDATION_FAILED` that names one field, in the language of the request. */
export const invalidField = (
  field: string,
  texts: { readonly zh: string; readonly en: string },
): DomainError => {
  const message = requestContext()?.locale === 'en' ? texts.en : texts.zh;
  const errors = [{ field, rule: 'invalid', message }];
  return systemError('VALIDATION_FAILED', { data: { errors } });
};

export const isOneOf = (error: unknown, codes: readonly string[]): boolean =>
  codes.some((code) => isError(error, code));
