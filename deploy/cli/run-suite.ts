import { setTimeout as pause } from 'node:timers/promises';
import { loadEnv, type Env } from './env.ts';
import { stopDockerStores } from './infra/docker.ts';
import { requireFreePort } from './infra/private.ts';
import { waitUntil } from './infra/probe.ts';
import { resolveStores, type ResolvedStores } from './infra/resolve.ts';
import type { PrivateServer } from './infra/types.ts';
import { migrateServices } from './migrate-services.ts';
import { logDir, runDir } from './paths.ts';
import type { Child, ChildExit, ChildSpec } from './process/child.ts';
import type { SuiteState } from './process/state.ts';
import { createSupervisor, type Supervisor } from './process/supervisor.ts';
import { waitReady } from './readiness.ts';
import { CommandError, dim, say, seconds, warn } from './say.ts';
import {
  gatewayPort,
  gatewayUrl,
  memberSpec,
  members,
  sandboxPort,
  sandboxUrl,
  servicesWithSchema,
  singleSpec,
  suiteEnv,
} from './suite.ts';
import { warmCompileCache } from './warm.ts';

export interface SuiteOptions {
  readonly isSingle: boolean;
  /** Services whose sources are watched. */
  readonly watched: readonly string[];
  /** Gives the start up. */
  readonly signal: AbortSignal;
}

export interface RunningSuite {
  readonly supervisor: Supervisor;
  stop(): Promise<void>;
}

const STORE_START_MS = 60_000;
const READY_MS = 90_000;
const COMPLAINTS_MS = 2000;
/** A process that dies this often before the suite was ready once will not come up by patience. */
const STARTS_MAX = 4;

const tellExit = (child: Child, { code, signal, againInMs }: ChildExit): void => {
  const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
  const what =
    againInMs === undefined ? 'will not be started again' : `starts again in ${seconds(againInMs)}`;
  warn(`${child.spec.name} stopped by itself (${how}) and ${what}; log: ${child.logFile}`);
};

const hasFailed = (child: Child): boolean => {
  const { status, restarts } = child.state();
  return status === 'refused' || restarts >= STARTS_MAX;
};

const explain = (failed: readonly Child[]): CommandError =>
  new CommandError(
    failed
      .map((child) => `${child.spec.name} does not start:\n\n${child.lastWords(30)}`)
      .join('\n\n'),
  );

const startStore = async (supervisor: Supervisor, server: PrivateServer): Promise<void> => {
  await server.prepare();
  const child = supervisor.add(server.child);
  const gaveUp = async (): Promise<void> => {
    if (child.state().restarts >= STARTS_MAX) throw explain([child]);
    await server.probe();
  };
  try {
    await waitUntil(gaveUp, STORE_START_MS);
  } catch {
    throw explain([child]);
  }
};

const waitMembers = (supervisor: Supervisor, url: string, signal: AbortSignal): Promise<void> =>
  waitReady(url, READY_MS, async () => {
    signal.throwIfAborted();
    if (!supervisor.children.some(hasFailed)) return;
    // The others may be about to complain as well: one run names everything that is wrong.
    await pause(COMPLAINTS_MS);
    throw explain(supervisor.children.filter(hasFailed));
  });

/** What is run, in separate processes or in one (the sandbox is never part of that one). */
const specsOf = (env: Env, options: SuiteOptions): readonly ChildSpec[] => {
  const separate = members(env)
    .filter(({ role }) => !options.isSingle || role === 'sandbox')
    .map((member) => memberSpec(member, env, options.watched.includes(member.name)));
  return options.isSingle ? [...separate, singleSpec(env)] : separate;
};

/** In Docker a Jaeger comes with the stores; elsewhere there is none to send to unless one is given. */
const tracingEnv = ({ infos }: ResolvedStores): Env =>
  infos.some(({ source }) => source === 'docker')
    ? { TRACE_EXPORTER: 'jaeger', JAEGER_ENDPOINT: 'http://127.0.0.1:14268/api/traces' }
    : {};

const step = async <R>(title: string, work: () => Promise<R>): Promise<R> => {
  const startedAtMs = Date.now();
  const result = await work();
  say(`${title} ${dim(seconds(Date.now() - startedAtMs))}`);
  return result;
};

/**
 * Stores, schemas, services, in this order. Resolves when `/system/ready` says 200; when anything
 * fails, what was started is stopped again before the error reaches the caller.
 */
export const runSuite = async (options: SuiteOptions): Promise<RunningSuite> => {
  const env = loadEnv(servicesWithSchema(), true);
  const isDevelopment = (env['ENV'] ?? 'dev') === 'dev';
  let phase: SuiteState['phase'] = 'starting';
  let stores: ResolvedStores['infos'] = [];
  const startedAtMs = Date.now();
  const supervisor = createSupervisor({
    runDir,
    logDir,
    onExit: tellExit,
    describe: () => ({
      phase,
      mode: options.isSingle ? 'single' : 'separate',
      startedAtMs,
      gatewayUrl: gatewayUrl(env),
      sandboxUrl: isDevelopment ? sandboxUrl(env) : undefined,
      stores,
    }),
  });
  const enter = (next: SuiteState['phase']): void => {
    phase = next;
    supervisor.publish();
  };
  const stop = async (): Promise<void> => {
    enter('stopping');
    await supervisor.stopAll();
    await stopDockerStores();
  };
  enter('starting');
  try {
    await requireFreePort('the gateway', gatewayPort(env), 'GATEWAY_PORT');
    if (isDevelopment) await requireFreePort('the sandbox', sandboxPort(env), 'SANDBOX_PORT');
    const resolved = await step('stores', async () => {
      const found = await resolveStores(env);
      await Promise.all(found.servers.map((server) => startStore(supervisor, server)));
      return found;
    });
    stores = resolved.infos;
    options.signal.throwIfAborted();
    await step('schemas', () => migrateServices(env, resolved.admin));
    const complete = suiteEnv({ ...tracingEnv(resolved), ...env }, resolved.addresses);
    const specs = specsOf(complete, options);
    await step('services', async () => {
      await warmCompileCache(
        specs.filter(({ name }) => !options.watched.includes(name)),
        complete,
      );
      for (const spec of specs) supervisor.add(spec);
      await waitMembers(supervisor, gatewayUrl(env), options.signal);
    });
    enter('ready');
  } catch (error) {
    await stop();
    throw error;
  }
  return { supervisor, stop };
};
