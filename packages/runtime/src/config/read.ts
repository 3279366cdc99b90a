import type { Complaint, ConfigKey, ConfigKind, Environment } from './keys.ts';
import { environments } from './keys.ts';

export type ConfigSpec = Readonly<Record<string, ConfigKey<unknown>>>;

/** What `readConfig` gives for a spec: one property per key, with the key's type. */
export type ConfigOf<Spec extends ConfigSpec> = {
  readonly [K in keyof Spec]: Spec[K] extends ConfigKey<infer T> ? T : never;
};

export type Env = Readonly<Record<string, string | undefined>>;

/** One thing that is wrong with the configuration. */
export interface ConfigProblem extends Complaint {
  /** The variable as the operator would set it. */
  readonly key: string;
}

/** Everything that is wrong at once, so that an operator repairs a configuration in one go. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly service: string;
  readonly problems: readonly ConfigProblem[];

  constructor(service: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(
      ({ key, problem, remedy }) => `  - ${key} ${problem}\n      → ${remedy}`,
    );
    super(
      `${service} cannot start, ${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} wrong with its configuration:\n${lines.join('\n')}`,
    );
    this.service = service;
    this.problems = problems;
  }
}

/** Keeps the exact types of the keys; the one way to write a spec. */
export const defineConfig = <const Spec extends ConfigSpec>(spec: Spec): Spec => spec;

const prefixOf = (service: string): string => `${service.replace(/-/g, '_').toUpperCase()}_`;

// An empty variable counts as unset: `KEY=` is how env files and compose leave a key out.
const valueOf = (env: Env, key: string): string | undefined =>
  env[key] === '' ? undefined : env[key];

const environmentOf = (env: Env, prefix: string): Environment => {
  const raw = valueOf(env, `${prefix}ENV`) ?? valueOf(env, 'ENV') ?? 'dev';
  // An unknown word is reported by the ENV key itself; until then the strictest rules hold.
  return environments.find((candidate) => candidate === raw) ?? 'pro';
};

/**
 * Reads every key of the spec; `<SERVICE>_<KEY>` wins over `<KEY>`, so that one process can carry
 * several services. Throws one `ConfigError` with all problems. The result is frozen.
 */
export const readConfig = <Spec extends ConfigSpec>(
  spec: Spec,
  env: Env,
  { service }: { readonly service: string },
): Readonly<ConfigOf<Spec>> => {
  const prefix = prefixOf(service);
  const environment = environmentOf(env, prefix);
  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(spec)) {
    const own = valueOf(env, `${prefix}${key.env}`);
    const usedKey = own === undefined ? key.env : `${prefix}${key.env}`;
    const raw = own ?? valueOf(env, key.env);
    if (raw === undefined) {
      if (key.required)
        problems.push({ key: key.env, problem: 'is not set', remedy: remedyOf(key) });
      else values[name] = key.default;
      continue;
    }
    const parsed = key.parse(raw, environment);
    if (parsed.ok) values[name] = parsed.value;
    else problems.push({ key: usedKey, problem: parsed.problem, remedy: parsed.remedy });
  }
  if (problems.length > 0) throw new ConfigError(service, problems);
  return Object.freeze(values) as Readonly<ConfigOf<Spec>>;
};

const remedyOf = (key: ConfigKey<unknown>): string => {
  const example = key.example === undefined ? '' : ` (for example ${key.example})`;
  return `set ${key.env}: ${key.doc}${example}`;
};

/** A row of the generated configuration tables. */
export interface ConfigRow {
  readonly env: string;
  readonly kind: ConfigKind;
  readonly doc: string;
  readonly required: boolean;
  readonly default: string;
  readonly unit: string;
  readonly example: string;
}

/** The documentation of a spec, in the order of its keys. */
export const describeConfig = (spec: ConfigSpec): readonly ConfigRow[] =>
  Object.values(spec).map((key) => ({
    env: key.env,
    kind: key.kind,
    doc: key.values === undefined ? key.doc : `${key.doc} (${key.values.join(' | ')})`,
    required: key.required,
    default: key.default === undefined ? '' : showDefault(key.default),
    unit: key.unit ?? '',
    example: key.example ?? '',
  }));

const showDefault = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.join(',')
      : JSON.stringify(value);
