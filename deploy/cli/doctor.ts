import { existsSync, statSync } from 'node:fs';
import { examineMachine } from './doctor/machine.ts';
import { examineSecrets } from './doctor/secrets.ts';
import { examineMysql, examineNats, examineRedis } from './doctor/stores.ts';
import { care, good, stop, type Finding } from './doctor/finding.ts';
import { examineWechat } from './doctor/wechat.ts';
import { loadEnv, type Env } from './env.ts';
import { dockerProblem } from './infra/docker.ts';
import { canInstallPackages, missingPackages } from './infra/packages.ts';
import { adminLogin, givenAddress, portOf, storePorts } from './infra/resolve.ts';
import type { StoreName } from './infra/types.ts';
import { runDir, secretsFile } from './paths.ts';
import { isListening, portOwner } from './process/ports.ts';
import { readState, type SuiteState } from './process/state.ts';
import { CommandError, bold, dim, green, red, say, yellow } from './say.ts';
import { gatewayPort, gatewayUrl, sandboxPort, servicesWithSchema } from './suite.ts';

const storeNames: readonly StoreName[] = ['mysql', 'redis-cache', 'redis-queue', 'nats'];

const examinePort = async (
  what: string,
  port: number,
  ours: ReadonlySet<number>,
): Promise<Finding> => {
  if (!(await isListening(port))) return good(`port ${port} (${what}) is free`);
  const owner = portOwner(port);
  if (owner !== undefined && ours.has(owner.pid))
    return good(`port ${port} (${what}) is the suite's`);
  const who =
    owner === undefined
      ? 'a process of another user'
      : `pid ${owner.pid}: ${owner.command.slice(0, 70)}`;
  return stop(
    `port ${port} (${what}) is taken by ${who}`,
    'stop that, or choose another port (see docs/generated/config.md)',
  );
};

const examinePorts = async (
  env: Env,
  state: SuiteState | undefined,
): Promise<readonly Finding[]> => {
  const ours = new Set(state?.children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  const ports = storePorts(env);
  const usesDocker = state?.stores.some(({ source }) => source === 'docker') === true;
  const stores = storeNames.filter((name) => givenAddress(env, name) === undefined && !usesDocker);
  const isDevelopment = (env['ENV'] ?? 'dev') === 'dev';
  return Promise.all([
    examinePort('gateway', gatewayPort(env), ours),
    ...(isDevelopment ? [examinePort('sandbox', sandboxPort(env), ours)] : []),
    ...stores.map((name) => examinePort(name, portOf(ports, name), ours)),
  ]);
};

/** Stores that were given, or that run now: what they answer. Others: where they would come from. */
const examineStores = async (
  env: Env,
  state: SuiteState | undefined,
): Promise<readonly Finding[]> => {
  const addressOf = (name: StoreName): string | undefined =>
    givenAddress(env, name) ?? state?.stores.find((store) => store.name === name)?.address;
  const findings: Finding[] = [];
  const mysql = addressOf('mysql');
  if (mysql !== undefined) {
    try {
      const source = givenAddress(env, 'mysql') === undefined ? 'private' : 'environment';
      findings.push(...(await examineMysql(adminLogin(env, mysql, source))));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      findings.push(stop(error.message.replaceAll('\n', ' '), 'set both'));
    }
  }
  const cache = addressOf('redis-cache');
  const queue = addressOf('redis-queue');
  const nats = addressOf('nats');
  if (cache !== undefined) findings.push(...(await examineRedis(cache, env, 'cache')));
  if (queue !== undefined) findings.push(...(await examineRedis(queue, env, 'queue')));
  if (nats !== undefined)
    findings.push(...(await examineNats(nats.includes('://') ? nats : `nats://${nats}`)));
  const unknown = storeNames.filter((name) => addressOf(name) === undefined);
  if (unknown.length > 0) findings.push(await examineSources(unknown));
  return findings;
};

const examineSources = async (wanted: readonly StoreName[]): Promise<Finding> => {
  const problem = await dockerProblem();
  if (problem === undefined) return good(`${wanted.join(', ')} will run in Docker`);
  const missing = missingPackages(wanted).map(({ name }) => name);
  if (missing.length === 0) return good(`${wanted.join(', ')} will run as private servers`);
  if (canInstallPackages()) return good(`up will install ${missing.join(', ')}`);
  return stop(
    `${missing.join(', ')} not installed, and ${problem}`,
    'install them, start Docker, run ./make.sh up as root on Debian or Ubuntu, or give MYSQL_ADDR, REDIS_ADDR and NATS_URL',
  );
};

/** The secrets open everything; nobody else may read them. */
const examineSecretsFile = (): readonly Finding[] => {
  if (!existsSync(secretsFile)) return [];
  const isPrivate = (statSync(secretsFile).mode & 0o077) === 0;
  return [
    isPrivate
      ? good(`${secretsFile} is readable by its owner only`)
      : care(`${secretsFile} can be read by others`, `chmod 600 ${secretsFile}`),
  ];
};

const marks = { good: green('✔'), care: yellow('!'), stop: red('✘') } as const;

const tell = (title: string, findings: readonly Finding[]): void => {
  say(bold(title));
  for (const { level, what, remedy } of findings) {
    say(`  ${marks[level]} ${what}`);
    if (remedy !== undefined) say(`      ${dim('→')} ${remedy}`);
  }
};

/** Only a suite that runs here can be asked how its tokens are. */
const examineRunning = (env: Env, state: SuiteState | undefined): Promise<readonly Finding[]> => {
  const internalKey = env['INTERNAL_API_KEY'];
  return state === undefined || internalKey === undefined
    ? Promise.resolve([good('tokens are looked at while the suite runs')])
    : examineWechat(gatewayUrl(env), internalKey);
};

/** `doctor`: what would stop this machine or this configuration. Exit code 1 when something would. */
export const doctor = async (): Promise<void> => {
  const env = loadEnv(servicesWithSchema(), false);
  const state = readState(runDir);
  const chapters: readonly (readonly [string, readonly Finding[]])[] = [
    ['machine', examineMachine()],
    ['ports', await examinePorts(env, state)],
    ['stores', await examineStores(env, state)],
    [`secrets (ENV=${env['ENV'] ?? 'dev'})`, [...examineSecrets(env), ...examineSecretsFile()]],
    ['WeChat', await examineRunning(env, state)],
  ];
  for (const [title, findings] of chapters) tell(title, findings);
  const stops = chapters
    .flatMap(([, findings]) => findings)
    .filter(({ level }) => level === 'stop').length;
  say(stops === 0 ? `\n${green('Nothing stops you.')}` : `\n${red(`${stops} to mend first.`)}`);
  if (stops > 0) process.exitCode = 1;
};
