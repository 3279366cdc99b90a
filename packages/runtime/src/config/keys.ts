import { findWeakness } from './secret-strength.ts';

/** The environments an operator can name with `ENV`. Only `pro` holds secrets to their full strength. */
export const environments = ['dev', 'fat', 'uat', 'pro'] as const;
export type Environment = (typeof environments)[number];

/** What is wrong with one value, and what to do about it. */
export interface Complaint {
  readonly problem: string;
  readonly remedy: string;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Complaint);

export type ConfigKind = 'text' | 'integer' | 'boolean' | 'secret' | 'choice' | 'list';

/** One environment variable: how it is read, checked and documented. */
export interface ConfigKey<T> {
  readonly env: string;
  readonly doc: string;
  readonly kind: ConfigKind;
  /** Taken when the variable is unset or empty. */
  readonly default?: T;
  readonly required: boolean;
  readonly unit?: string;
  readonly example?: string;
  readonly values?: readonly string[];
  readonly parse: (raw: string, environment: Environment) => Parsed<T>;
}

interface Docs<T> {
  readonly doc: string;
  readonly default?: T;
  readonly example?: string;
}

const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
const bad = (problem: string, remedy: string): Parsed<never> => ({ ok: false, problem, remedy });

const keyOf = <T>(
  env: string,
  kind: ConfigKind,
  options: Docs<T> & { readonly unit?: string; readonly values?: readonly string[] },
  parse: ConfigKey<T>['parse'],
): ConfigKey<T> => ({
  env,
  kind,
  doc: options.doc,
  required: options.default === undefined,
  ...(options.default === undefined ? {} : { default: options.default }),
  ...(options.unit === undefined ? {} : { unit: options.unit }),
  ...(options.example === undefined ? {} : { example: options.example }),
  ...(options.values === undefined ? {} : { values: options.values }),
  parse,
});

// A value is quoted only where it cannot be a credential, and never at full length.
const quoted = (raw: string): string =>
  JSON.stringify(raw.length > 40 ? `${raw.slice(0, 40)}…` : raw);

/** Free text. Without a default it must be set. */
export const text = (
  env: string,
  options: Docs<string> & { readonly pattern?: RegExp },
): ConfigKey<string> =>
  keyOf(env, 'text', options, (raw) =>
    options.pattern === undefined || options.pattern.test(raw)
      ? good(raw)
      : bad(
          'does not have the expected form',
          `it must match ${options.pattern.source}${options.example === undefined ? '' : `, for example ${options.example}`}`,
        ),
  );

/** A whole number within bounds; `unit` says of what (ms, bytes, connections …). */
export const integer = (
  env: string,
  options: Docs<number> & { readonly min?: number; readonly max?: number; readonly unit?: string },
): ConfigKey<number> => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return keyOf(env, 'integer', options, (raw) => {
    const value = Number(raw);
    return /^-?\d{1,16}$/.test(raw) && value >= min && value <= max
      ? good(value)
      : bad(`${quoted(raw)} is not allowed`, `set a whole number from ${min} to ${max}`);
  });
};

/** A number that need not be whole, for ratios and factors. */
export const decimal = (
  env: string,
  options: Docs<number> & { readonly min?: number; readonly max?: number; readonly unit?: string },
): ConfigKey<number> => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return keyOf(env, 'integer', options, (raw) => {
    const value = Number(raw);
    return /^-?\d+(\.\d+)?$/.test(raw) && value >= min && value <= max
      ? good(value)
      : bad(`${quoted(raw)} is not allowed`, `set a number from ${min} to ${max}`);
  });
};

const truths: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

/** `true`, `false`, `1` or `0`. */
export const boolean = (env: string, options: Docs<boolean>): ConfigKey<boolean> =>
  keyOf(env, 'boolean', options, (raw) => {
    const value = truths[raw.toLowerCase()];
    return value === undefined
      ? bad(`${quoted(raw)} is neither true nor false`, 'set true or false')
      : good(value);
  });

/** One of a few words. */
export const choice = <const V extends string>(
  env: string,
  values: readonly V[],
  options: Docs<NoInfer<V>>,
): ConfigKey<V> =>
  keyOf<V>(env, 'choice', { ...options, values }, (raw) => {
    const value = values.find((candidate) => candidate === raw);
    return value === undefined
      ? bad(`${quoted(raw)} is not one of the choices`, `set one of: ${values.join(', ')}`)
      : good(value);
  });

/** Words separated by commas; blanks around them are ignored. */
export const list = (env: string, options: Docs<readonly string[]>): ConfigKey<readonly string[]> =>
  keyOf<readonly string[]>(env, 'list', options, (raw) =>
    good(
      Object.freeze(
        raw
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      ),
    ),
  );

/**
 * A secret never has a default. With `ENV=pro` it must have `minLength` characters (32 unless
 * told) and be none that was ever published; elsewhere it only has to be there.
 */
export const secret = (
  env: string,
  options: {
    readonly doc: string;
    readonly minLength?: number;
    /** How to make one; default `openssl rand -hex 32`. */
    readonly example?: string;
  },
): ConfigKey<string> => {
  const { minLength = 32, doc, example = 'openssl rand -hex 32' } = options;
  return keyOf(env, 'secret', { doc, example }, (raw, environment) => {
    const weakness = environment === 'pro' ? findWeakness(raw, minLength) : undefined;
    return weakness === undefined
      ? good(raw)
      : bad(weakness, `set at least ${minLength} random characters, for example: ${example}`);
  });
};

/** The same key, but it may be left unset: then its value is `undefined`. */
export const optional = <T>(key: ConfigKey<T>): ConfigKey<T | undefined> => ({
  ...key,
  required: false,
});

/** The same key, but its value is also tried out, so that a broken one is reported with everything else. */
export const usable = <T>(
  key: ConfigKey<T>,
  use: (value: T) => unknown,
  { problem = 'cannot be used', remedy }: { readonly problem?: string; readonly remedy: string },
): ConfigKey<T> => ({
  ...key,
  parse: (raw, environment) => {
    const parsed = key.parse(raw, environment);
    if (!parsed.ok) return parsed;
    try {
      use(parsed.value);
      return parsed;
    } catch {
      return bad(problem, remedy);
    }
  },
});

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/;

/**
 * The same address, but in production it must be https: secrets would travel readable otherwise. A
 * proxy on this very machine may be spoken to without, unless `isCalledFromOutside`.
 */
export const encryptedInProduction = (
  key: ConfigKey<string>,
  { isCalledFromOutside = false }: { readonly isCalledFromOutside?: boolean } = {},
): ConfigKey<string> => ({
  ...key,
  parse: (raw, environment) =>
    environment === 'pro' &&
    !raw.startsWith('https://') &&
    (isCalledFromOutside || !LOOPBACK.test(raw))
      ? bad('is not https', 'set an https:// address, or that of a proxy on this machine')
      : key.parse(raw, environment),
});
