import { systemErrors } from '@app/contracts';
import { errorFactory, type DomainError } from '@app/kernel';

/** Constructors for the failures that the gateway itself finds. */
export const gatewayError = errorFactory(systemErrors);

/** One entry of `errors[]` in the envelope. */
export interface FieldProblem {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

export type Locale = 'zh-CN' | 'en';

/** The same words as a service's own validation (`errors[].rule`). */
const problemTexts = {
  unknown: { 'zh-CN': '不支持的字段', en: 'is not a known field' },
  pattern: { 'zh-CN': '格式不正确', en: 'does not have the expected form' },
  invalid: { 'zh-CN': '不正确', en: 'is not valid' },
} as const satisfies Record<string, Record<Locale, string>>;

/** A failed field as the gateway words it; services word theirs the same way. */
export const fieldProblem = (
  field: string,
  rule: keyof typeof problemTexts,
  locale: Locale,
): FieldProblem => ({ field, rule, message: problemTexts[rule][locale] });

/** 400 `VALIDATION_FAILED` for one field. */
export const validationFailed = (
  field: string,
  rule: keyof typeof problemTexts,
  locale: Locale,
): DomainError =>
  gatewayError('VALIDATION_FAILED', { data: { errors: [fieldProblem(field, rule, locale)] } });

/** 400 `HEADER_INVALID` naming the header. */
export const headerInvalid = (header: string, locale: Locale): DomainError =>
  gatewayError('HEADER_INVALID', { data: { errors: [fieldProblem(header, 'pattern', locale)] } });
