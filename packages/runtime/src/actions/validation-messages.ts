import type { Locale } from '../context.ts';

/** The stable words in `errors[].rule`; clients branch on them. */
export type Rule =
  | 'required'
  | 'unknown'
  | 'type'
  | 'minLength'
  | 'maxLength'
  | 'pattern'
  | 'format'
  | 'minimum'
  | 'maximum'
  | 'exclusiveMinimum'
  | 'exclusiveMaximum'
  | 'multipleOf'
  | 'minItems'
  | 'maxItems'
  | 'uniqueItems'
  | 'minProperties'
  | 'maxProperties'
  | 'enum'
  | 'const'
  | 'invalid';

type Wording = (limit: string) => string;

const zh: Readonly<Record<Rule, Wording>> = {
  required: () => '必填',
  unknown: () => '不支持的字段',
  type: (limit) => `类型应为 ${limit}`,
  minLength: (limit) => `长度不能少于 ${limit} 个字符`,
  maxLength: (limit) => `长度不能超过 ${limit} 个字符`,
  pattern: () => '格式不正确',
  format: (limit) => `应符合 ${limit} 格式`,
  minimum: (limit) => `不能小于 ${limit}`,
  maximum: (limit) => `不能大于 ${limit}`,
  exclusiveMinimum: (limit) => `必须大于 ${limit}`,
  exclusiveMaximum: (limit) => `必须小于 ${limit}`,
  multipleOf: (limit) => `必须是 ${limit} 的倍数`,
  minItems: (limit) => `不能少于 ${limit} 项`,
  maxItems: (limit) => `不能超过 ${limit} 项`,
  uniqueItems: () => '不能有重复项',
  minProperties: (limit) => `不能少于 ${limit} 个字段`,
  maxProperties: (limit) => `不能超过 ${limit} 个字段`,
  enum: (limit) => `只能是以下之一：${limit}`,
  const: (limit) => `只能是 ${limit}`,
  invalid: () => '不正确',
};

const en: Readonly<Record<Rule, Wording>> = {
  required: () => 'is required',
  unknown: () => 'is not a known field',
  type: (limit) => `must be ${limit}`,
  minLength: (limit) => `must have at least ${limit} characters`,
  maxLength: (limit) => `must have at most ${limit} characters`,
  pattern: () => 'does not have the expected form',
  format: (limit) => `must be a valid ${limit}`,
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
  multipleOf: (limit) => `must be a multiple of ${limit}`,
  minItems: (limit) => `must have at least ${limit} items`,
  maxItems: (limit) => `must have at most ${limit} items`,
  uniqueItems: () => 'must not repeat an item',
  minProperties: (limit) => `must have at least ${limit} fields`,
  maxProperties: (limit) => `must have at most ${limit} fields`,
  enum: (limit) => `must be one of: ${limit}`,
  const: (limit) => `must be ${limit}`,
  invalid: () => 'is not valid',
};

/** Words a broken rule for people. `limit` is the bound, the type or the choices. */
export const wordRule = (rule: Rule, limit: string, locale: Locale): string =>
  (locale === 'en' ? en : zh)[rule](limit);
