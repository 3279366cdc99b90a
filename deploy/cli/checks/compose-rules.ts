import {
  isSecretName,
  variablesOf,
  type ComposeFile,
  type ComposeService,
} from './compose-file.ts';

/** What the rules need to know about the repository. */
export interface SuiteFacts {
  /** Everything that must run in production: the services and the gateway. */
  readonly processes: readonly string[];
  readonly withMigrations: ReadonlySet<string>;
  /** Keys each process reads, and which of them it cannot start without; absent when not known. */
  readonly keys: ReadonlyMap<
    string,
    { readonly known: ReadonlySet<string>; readonly required: ReadonlySet<string> }
  >;
}

const EDGE = 'edge';
const DOCKERFILE = 'deploy/docker/service.Dockerfile';

const isJob = (name: string): boolean => name.endsWith('-migrate');

/** Rules for everything in a production file, ours or not. */
const checkRunning = (name: string, service: ComposeService): string[] => {
  const problems: string[] = [];
  const limits = service.deploy?.resources?.limits;
  if (limits?.cpus === undefined || limits.memory === undefined)
    problems.push(`${name}: no limit of cpus and memory (deploy.resources.limits)`);
  if (isJob(name)) {
    if (service.restart !== 'no') problems.push(`${name}: a job runs once: restart must be 'no'`);
  } else {
    if (service.restart !== 'unless-stopped' && service.restart !== 'always')
      problems.push(`${name}: no restart policy`);
    if (service.healthcheck?.test === undefined) problems.push(`${name}: no healthcheck`);
  }
  if ((service.ports ?? []).length > 0 && name !== EDGE)
    problems.push(`${name}: has ports on the host; only ${EDGE} may`);
  if (
    service.image?.endsWith(':latest') === true ||
    (service.image !== undefined && !service.image.includes(':'))
  )
    problems.push(`${name}: its image has no fixed version`);
  return problems;
};

const checkSecrets = (name: string, service: ComposeService): string[] =>
  Object.entries(service.environment ?? {}).flatMap(([key, value]) => {
    const text = String(value);
    const problems = variablesOf(text)
      .filter((variable) => isSecretName(variable.name) && variable.kind !== 'required')
      .map(
        (variable) =>
          `${name}: ${key} takes the secret ${variable.name} without ":?": it could be empty or a default`,
      );
    if (isSecretName(key) && variablesOf(text).length === 0)
      problems.push(
        `${name}: ${key} stands in the file; a secret comes from the env file (\${${key}:?})`,
      );
    return problems;
  });

const checkKeys = (name: string, service: ComposeService, facts: SuiteFacts): string[] => {
  const keys = facts.keys.get(name);
  if (keys === undefined) return [];
  const given = Object.keys(service.environment ?? {});
  return [
    ...[...keys.required]
      .filter((key) => !given.includes(key))
      .map((key) => `${name}: needs ${key} (see its config.ts), but the file does not give it`),
    ...given
      .filter((key) => !keys.known.has(key) && !sharedKeys.has(key))
      .map((key) => `${name}: gives ${key}, which its config.ts does not read`),
  ];
};

/** Given to all by one anchor, whether a process reads them or not. */
const sharedKeys: ReadonlySet<string> = new Set([
  'MYSQL_ADDR',
  'REDIS_ADDR',
  'REDIS_QUEUE_ADDR',
  'REDIS_PASS',
]);

const checkProcess = (name: string, file: ComposeFile, facts: SuiteFacts): string[] => {
  const service = file.services[name];
  if (service === undefined) return [`${name}: is not in the file`];
  const problems: string[] = [];
  if (service.build?.dockerfile !== DOCKERFILE || service.build.args?.['SERVICE'] !== name)
    problems.push(`${name}: must be built from ${DOCKERFILE} with SERVICE: ${name}`);
  if (facts.withMigrations.has(name)) {
    const job = `${name}-migrate`;
    if (file.services[job] === undefined)
      problems.push(`${job}: is not in the file, but ${name} has migrations`);
    else if (service.depends_on?.[job]?.condition !== 'service_completed_successfully')
      problems.push(`${name}: does not wait for ${job} (service_completed_successfully)`);
  }
  return [...problems, ...checkKeys(name, service, facts)];
};

/** Everything that is wrong with docker-compose.prod.yml, one sentence each. */
export const checkProduction = (file: ComposeFile, facts: SuiteFacts): readonly string[] => [
  ...facts.processes.flatMap((name) => checkProcess(name, file, facts)),
  ...Object.entries(file.services).flatMap(([name, service]) => [
    ...checkRunning(name, service),
    ...checkSecrets(name, service),
  ]),
];

/** Stores of development: healthy before they are used, and never open to the network. */
export const checkDevelopment = (
  file: ComposeFile,
  needed: readonly string[],
): readonly string[] => [
  ...needed
    .filter((name) => file.services[name] === undefined)
    .map((name) => `${name}: is not in the file`),
  ...Object.entries(file.services).flatMap(([name, service]) => [
    ...(service.healthcheck?.test === undefined ? [`${name}: no healthcheck`] : []),
    ...(service.ports ?? [])
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `${name}: port ${port} is open to the network; bind it to 127.0.0.1`),
  ]),
];

/** The env file's example names exactly what the compose file demands. */
export const checkEnvExample = (composeText: string, exampleText: string): readonly string[] => {
  const demanded = new Set(
    variablesOf(composeText)
      .filter(({ kind }) => kind === 'required')
      .map(({ name }) => name),
  );
  const lines = exampleText.split('\n').filter((line) => /^[A-Z][A-Z0-9_]*=/.test(line));
  const listed = new Map(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return [
    ...[...demanded]
      .filter((name) => !listed.has(name))
      .map((name) => `${name}: is demanded, but not in the example`),
    ...[...listed.keys()]
      .filter((name) => !demanded.has(name))
      .map((name) => `${name}: is in the example, but nobody demands it`),
    ...[...listed]
      .filter(([name, value]) => isSecretName(name) && value !== '')
      .map(([name]) => `${name}: the example must not hold a secret`),
  ];
};

const dockerfileRules: readonly (readonly [RegExp, string])[] = [
  [/^FROM node:\$\{NODE_VERSION\}/m, 'starts from a fixed version of Node'],
  [/^ARG SERVICE$/m, 'takes the service as an argument without default'],
  [/^USER node$/m, 'does not run as root'],
  [/^HEALTHCHECK /m, 'has a HEALTHCHECK'],
  [/dist\/main\.js/, 'runs dist/main.js'],
  [/^CMD \[/m, 'starts without a shell, so that SIGTERM reaches Node'],
];

/** @returns one sentence per rule that the Dockerfile breaks. */
export const checkDockerfile = (text: string): readonly string[] => [
  ...dockerfileRules
    .filter(([pattern]) => !pattern.test(text))
    .map(([, rule]) => `must be true of it: ${rule}`),
  ...(/^ADD /m.test(text) ? ['use COPY: ADD unpacks and downloads'] : []),
];
