import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { serviceNames } from '../repository.ts';
import { readComposeFile } from './compose-file.ts';
import {
  checkDevelopment,
  checkDockerfile,
  checkEnvExample,
  checkProduction,
  type SuiteFacts,
} from './compose-rules.ts';

interface KeyLike {
  readonly env: string;
  readonly required: boolean;
}

const isKey = (value: unknown): value is KeyLike =>
  typeof value === 'object' &&
  value !== null &&
  'env' in value &&
  'kind' in value &&
  'parse' in value;

/** The config keys of a process: whatever its config.ts exports that consists of keys only. */
const keysOf = async (folder: string): Promise<readonly KeyLike[] | undefined> => {
  const file = join(folder, 'src/config.ts');
  if (!existsSync(file)) return undefined;
  const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  const specs = Object.values(module)
    .filter((value) => typeof value === 'object' && value !== null)
    .map((value): unknown[] => Object.values(value))
    .filter((values): values is KeyLike[] => values.length > 0 && values.every(isKey));
  return specs.length === 0 ? undefined : specs.flat();
};

const readFacts = async (root: string): Promise<SuiteFacts> => {
  const folders = new Map(serviceNames(root).map((name) => [name, join(root, 'services', name)]));
  folders.set('gateway', join(root, 'gateway'));
  const keys = new Map<string, { known: Set<string>; required: Set<string> }>();
  for (const [name, folder] of folders) {
    const found = await keysOf(folder);
    if (found === undefined) continue;
    keys.set(name, {
      known: new Set(found.map(({ env }) => env)),
      required: new Set(found.filter(({ required }) => required).map(({ env }) => env)),
    });
  }
  const processes = [...folders.keys()];
  return {
    processes,
    withMigrations: new Set(
      processes.filter((name) => existsSync(join(root, 'services', name, 'migrations'))),
    ),
    keys,
  };
};

const scrapedNames = (text: string): readonly string[] => {
  const file = parse(text) as {
    scrape_configs?: { dns_sd_configs?: { names?: string[] }[] }[];
  };
  return (file.scrape_configs ?? []).flatMap((job) =>
    (job.dns_sd_configs ?? []).flatMap(({ names }) => names ?? []),
  );
};

/** Everything that is wrong with the compose files, the Dockerfile and what belongs to them. */
export const findComposeProblems = async (root: string): Promise<readonly string[]> => {
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');
  const facts = await readFacts(root);
  const inFile = (path: string, problems: readonly string[]): string[] =>
    problems.map((problem) => `${path}: ${problem}`);
  const scraped = scrapedNames(text('deploy/prometheus/prometheus.yml'));
  return [
    ...inFile(
      'docker-compose.dev.yml',
      checkDevelopment(readComposeFile(join(root, 'docker-compose.dev.yml')), [
        'mysql',
        'redis-cache',
        'redis-queue',
        'nats',
        'jaeger',
      ]),
    ),
    ...inFile(
      'docker-compose.prod.yml',
      checkProduction(readComposeFile(join(root, 'docker-compose.prod.yml')), facts),
    ),
    ...inFile(
      'deploy/prod.env.example',
      checkEnvExample(text('docker-compose.prod.yml'), text('deploy/prod.env.example')),
    ),
    ...inFile(
      'deploy/docker/service.Dockerfile',
      checkDockerfile(text('deploy/docker/service.Dockerfile')),
    ),
    ...inFile(
      'deploy/prometheus/prometheus.yml',
      facts.processes
        .filter((name) => !scraped.includes(name))
        .map((name) => `${name}: is not scraped`),
    ),
  ];
};
