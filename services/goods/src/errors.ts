import { systemErrors } from '@app/contracts';
import { errorFactory, type DomainError } from '@app/kernel';
import { requestContext } from '@app/runtime';
import type { FieldProblem } from './domain/field-problem.ts';

export { refuse as goodsError } from './domain/refusal.ts';

const systemError = errorFactory(systemErrors);

/** 400 `VALIDATION_FAILED` that names the fields, in the language of the request. */
export const invalidFields = (problems: readonly FieldProblem[]): DomainError => {
  const isEnglish = requestContext()?.locale === 'en';
  const errors = problems.slice(0, 20).map(({ field, zh, en }) => ({
    field,
    rule: 'invalid',
    message: isEnglish ? en : zh,
  }));
  return systemError('VALIDATION_FAILED', { data: { errors } });
};
