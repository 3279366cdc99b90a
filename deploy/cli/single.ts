import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  ConfigError,
  hostKeys,
  readConfig,
  runService,
  type App,
  type Host,
  type HostConfig,
} from '@app/runtime';
import { gateway, serviceMembers, type Member } from './suite.ts';

/**
 * Every service and the gateway on one host, in one process: for a laptop or a small shop. Each
 * reads its own configuration (`<SERVICE>_<KEY>` before `<KEY>`), exactly as in a process of its own.
 */
interface Part {
  readonly name: string;
  readonly readConfig: () => HostConfig;
  readonly createApp: (host: Host, config: HostConfig) => App | Promise<App>;
}

type Exports = Readonly<Record<string, unknown>>;

const isFunction = (value: unknown): value is (...args: never[]) => unknown =>
  typeof value === 'function';

/** A package of the suite exports `createApp` and one function that reads its configuration. */
const loadPart = async ({ name, folder }: Member): Promise<Part> => {
  const exports = (await import(pathToFileURL(join(folder, 'src/index.ts')).href)) as Exports;
  const { createApp } = exports;
  const reader = Object.entries(exports).find(([key]) => /^read\w*Config$/.test(key))?.[1];
  if (!isFunction(createApp) || !isFunction(reader))
    throw new Error(`${folder}/src/index.ts must export createApp and readConfig`);
  return {
    name,
    readConfig: reader as Part['readConfig'],
    createApp: createApp as Part['createApp'],
  };
};

const parts = await Promise.all([...serviceMembers(), gateway].map(loadPart));
const configs = new Map<string, HostConfig>();

/** Reads every part's configuration before it complains, so that one run names all that is wrong. */
const readAll = (): HostConfig => {
  const problems: ConfigError['problems'][number][] = [];
  for (const part of parts) {
    try {
      configs.set(part.name, part.readConfig());
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const known = new Set(problems.map(({ key }) => key));
      problems.push(...error.problems.filter(({ key }) => !known.has(key)));
    }
  }
  if (problems.length > 0) throw new ConfigError('single', problems);
  return readConfig(hostKeys, process.env, { service: 'single' });
};

const createPart = async (host: Host, part: Part): Promise<App> => {
  const config = configs.get(part.name);
  if (config === undefined) throw new Error(`${part.name} has no configuration`);
  return part.createApp(host, config);
};

await runService({
  name: 'single',
  readConfig: readAll,
  async createApp(host) {
    const [last, ...others] = parts.toReversed();
    if (last === undefined) throw new Error('there is nothing to run');
    for (const part of others.toReversed()) host.add(await createPart(host, part));
    return createPart(host, last);
  },
});
