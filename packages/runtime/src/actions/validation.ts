import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { DomainError } from '@app/kernel';
import type { Locale } from '../context.ts';
import { wordRule, type Rule } from './validation-messages.ts';

/** One entry of `errors[]` in a 400 `VALIDATION_FAILED`. */
export interface FieldError {
  /** `items[0].skuId`; `$` is the whole object. */
  readonly field: string;
  readonly rule: Rule;
  readonly message: string;
}

// More would help nobody and let a hostile body make a large answer.
const ERRORS_MAX = 20;
// Collecting every error of a huge value costs memory per error; beyond this many nodes only the
// first one is told.
const NODES_MAX = 2_000;

// The package is CommonJS; its types describe the default export of the other form.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => Ajv;

const createAjv = (allErrors: boolean): Ajv =>
  addFormats(
    new Ajv({
      allErrors,
      useDefaults: true,
      removeAdditional: false,
      coerceTypes: false,
      strict: true,
      strictTypes: false,
      strictRequired: false,
      allowUnionTypes: true,
      // The schema is ours; checking it against the meta schema would cost start-up time only.
      validateSchema: false,
      verbose: true,
      meta: false,
      code: { optimize: 1 },
    }),
  );

let strictAjv: Ajv | undefined;
let tellingAjv: Ajv | undefined;

const compileStrict = (schema: object): ValidateFunction =>
  (strictAjv ??= createAjv(false)).compile(schema);
const compileTelling = (schema: object): ValidateFunction =>
  (tellingAjv ??= createAjv(true)).compile(schema);

/**
 * Checks a value and fills in defaults, in place. Throws `VALIDATION_FAILED` with
 * `data.errors`. The check is compiled once and stops at the first error; only a value that
 * failed is looked at a second time for all of its errors.
 */
export interface Validator {
  check(value: unknown, locale: Locale): void;
  /** True when a default would be written into the value. */
  readonly hasDefaults: boolean;
}

export const createValidator = (schema: object): Validator => {
  const strict = compileStrict(schema);
  let telling: ValidateFunction | undefined;
  return {
    hasDefaults: mentionsDefault(schema),
    check(value, locale) {
      if (strict(value)) return;
      const first = strict.errors ?? [];
      const errors = isSmall(value)
        ? allErrors((telling ??= compileTelling(schema)), value, first)
        : first;
      throw new DomainError('VALIDATION_FAILED', 'invalid', {
        data: { errors: describeErrors(errors, locale) },
      });
    },
  };
};

/** The first thing that is wrong with a value, for logs; `undefined` when it fits the schema. */
export const createChecker = (schema: object): ((value: unknown) => string | undefined) => {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= compileStrict(schema);
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return error === undefined
      ? 'does not fit'
      : `${fieldOf(error)} ${error.message ?? error.keyword}`;
  };
};

const allErrors = (
  telling: ValidateFunction,
  value: unknown,
  fallback: readonly ErrorObject[],
): readonly ErrorObject[] => (telling(value) ? fallback : (telling.errors ?? fallback));

const mentionsDefault = (schema: unknown): boolean => {
  if (typeof schema !== 'object' || schema === null) return false;
  if (Array.isArray(schema)) return schema.some(mentionsDefault);
  return Object.entries(schema).some(
    ([key, value]) => (key === 'default' && value !== undefined) || mentionsDefault(value),
  );
};

const isSmall = (value: unknown): boolean => {
  let left = NODES_MAX;
  const visit = (node: unknown): boolean => {
    if (--left < 0) return false;
    if (typeof node !== 'object' || node === null) return true;
    return Object.values(node).every(visit);
  };
  return visit(value);
};

const describeErrors = (errors: readonly ErrorObject[], locale: Locale): FieldError[] => {
  const seen = new Set<string>();
  const described: FieldError[] = [];
  for (const error of withoutBranches(errors)) {
    const entry = describeError(error, locale);
    const key = `${entry.field}\n${entry.rule}`;
    if (seen.has(key)) continue;
    seen.add(key);
    described.push(entry);
    if (described.length === ERRORS_MAX) break;
  }
  return described;
};

interface Described {
  readonly rule: Rule;
  readonly limit: string;
}

/**
 * A union reports the errors of every branch. For a reader there is one thing wrong: either the
 * value is none of the literals, or it breaks the only branch that it could have meant.
 */
const withoutBranches = (errors: readonly ErrorObject[]): readonly ErrorObject[] => {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  if (unions.length === 0) return errors;
  return errors
    .filter((error) =>
      unions.every(
        (union) => union === error || !isInside(error, union) || isMeant(error, union, errors),
      ),
    )
    .filter((error) => !unions.includes(error) || !hasMeantBranch(error, errors));
};

const isInside = (error: ErrorObject, union: ErrorObject): boolean =>
  error.schemaPath.startsWith(`${union.schemaPath}/`) &&
  error.instancePath.startsWith(union.instancePath);

// Schemas that differ from the others by more than the type: `T | null`, where the value is no null.
const isMeant = (
  error: ErrorObject,
  union: ErrorObject,
  errors: readonly ErrorObject[],
): boolean => {
  const branches = branchesOf(union, errors);
  const others = [...branches.values()].filter((branch) => !isTypeMismatch(branch, union));
  const [only] = others;
  return others.length === 1 && only !== undefined && only.includes(error);
};

const hasMeantBranch = (union: ErrorObject, errors: readonly ErrorObject[]): boolean =>
  errors.some((error) => isInside(error, union) && isMeant(error, union, errors));

const branchesOf = (
  union: ErrorObject,
  errors: readonly ErrorObject[],
): ReadonlyMap<string, readonly ErrorObject[]> => {
  const branches = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    if (error === union || !isInside(error, union)) continue;
    const branch = error.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
    branches.set(branch, [...(branches.get(branch) ?? []), error]);
  }
  return branches;
};

const isTypeMismatch = (branch: readonly ErrorObject[], union: ErrorObject): boolean =>
  branch.some(
    ({ keyword, instancePath }) =>
      (keyword === 'type' || keyword === 'const') && instancePath === union.instancePath,
  );

const describeError = (error: ErrorObject, locale: Locale): FieldError => {
  const { rule, limit } = ruleOf(error);
  return { field: fieldOf(error), rule, message: wordRule(rule, limit, locale) };
};

const bounded = new Set<string>([
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
]);

const words = (values: readonly unknown[]): string => values.map(String).join(', ');

const ruleOf = (error: ErrorObject): Described => {
  const params = error.params as Readonly<Record<string, unknown>>;
  const { keyword } = error;
  if (bounded.has(keyword)) return { rule: keyword as Rule, limit: String(params['limit']) };
  switch (keyword) {
    case 'required':
    case 'pattern':
    case 'uniqueItems':
      return { rule: keyword, limit: '' };
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return { rule: 'unknown', limit: '' };
    case 'type':
      return { rule: 'type', limit: [params['type']].flat().map(String).join(' | ') };
    case 'format':
      return { rule: 'format', limit: String(params['format']) };
    case 'multipleOf':
      return { rule: 'multipleOf', limit: String(params['multipleOf']) };
    case 'enum':
      return { rule: 'enum', limit: words(params['allowedValues'] as readonly unknown[]) };
    case 'const':
      return { rule: 'const', limit: String(params['allowedValue']) };
    case 'anyOf':
    case 'oneOf':
      return unionRule(error);
    default:
      return { rule: 'invalid', limit: '' };
  }
};

interface Branch {
  readonly const?: unknown;
  readonly type?: unknown;
}

const unionRule = (error: ErrorObject): Described => {
  const branches = (Array.isArray(error.schema) ? error.schema : []) as readonly Branch[];
  const literals = branches.filter((branch) => branch.const !== undefined);
  if (literals.length > 0)
    return { rule: 'enum', limit: words(literals.map((branch) => branch.const)) };
  const types = branches.map(({ type }) => type).filter((type) => typeof type === 'string');
  return types.length === 0
    ? { rule: 'invalid', limit: '' }
    : { rule: 'type', limit: [...new Set(types)].join(' | ') };
};

// The name of an unknown field is the sender's choice.
const NAME_MAX = 64;

const fieldOf = (error: ErrorObject): string => {
  const params = error.params as Readonly<Record<string, unknown>>;
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
  const added =
    params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'];
  if (typeof added === 'string') path.push(added);
  if (path.length === 0) return '$';
  return path.reduce((field, part) => {
    if (part === '') return `${field}[""]`;
    const cut = part.length > NAME_MAX ? `${part.slice(0, NAME_MAX)}…` : part;
    if (/^\d+$/.test(cut)) return `${field}[${cut}]`;
    return field === '' ? cut : `${field}.${cut}`;
  }, '');
};
