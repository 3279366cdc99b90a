import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Env } from './env.ts';
import { cacheDir, ensureDir, root } from './paths.ts';
import type { ChildSpec } from './process/child.ts';

/**
 * Node strips types with a compiler that costs every process 12 MB, unless the stripped text is in
 * the compile cache. This fills the cache before the services start: each is run once without any
 * configuration, which ends it right after everything was loaded.
 */

const stampFile = join(cacheDir, 'warm');

const newestMs = (folder: string): number => {
  if (!existsSync(folder)) return 0;
  let newest = 0;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (entry.endsWith('.ts')) newest = Math.max(newest, statSync(join(folder, entry)).mtimeMs);
  }
  return newest;
};

const sourceFolders = (): string[] => [
  join(root, 'gateway/src'),
  ...['packages', 'services'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name, 'src')),
  ),
];

/** Changes when any source, Node or the set of processes does. */
const stampNow = (specs: readonly ChildSpec[]): string =>
  [
    process.version,
    specs.map(({ name }) => name).join(' '),
    Math.max(...sourceFolders().map(newestMs)),
  ].join(' ');

const LOAD_MS_MAX = 20_000;

const loadOnce = (spec: ChildSpec, cache: string): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: cache },
      stdio: 'ignore',
      timeout: LOAD_MS_MAX,
    });
    child.once('error', () => {
      resolve();
    });
    child.once('exit', () => {
      resolve();
    });
  });

/** Fills the compile cache for these processes when their sources have changed. Never fails: it only saves memory and time. */
export const warmCompileCache = async (specs: readonly ChildSpec[], env: Env): Promise<boolean> => {
  const cache = env['NODE_COMPILE_CACHE'];
  const now = stampNow(specs);
  if (cache === undefined || (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === now))
    return false;
  const queue = [...specs];
  const worker = async (): Promise<void> => {
    for (let spec = queue.shift(); spec !== undefined; spec = queue.shift())
      await loadOnce(spec, cache);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  ensureDir(cacheDir);
  writeFileSync(stampFile, now);
  return true;
};
