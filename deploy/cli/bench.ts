import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
import { CommandError } from './say.ts';
import { sourceFlags } from './suite.ts';

const folder = join(root, 'bench');

const names = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();

/** `bench <name>`: runs bench/<name>.ts; its exit code says whether its ratios hold. */
export const bench = async ([name, ...args]: readonly string[]): Promise<void> => {
  const file = join(folder, `${name ?? ''}.ts`);
  if (name === undefined || !existsSync(file))
    throw new CommandError(`usage: ./make.sh bench <name>, one of: ${names().join(', ')}`, 2);
  const child = spawn(process.execPath, [...sourceFlags, '--expose-gc', file, ...args], {
    stdio: 'inherit',
    cwd: folder,
  });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGTERM', pass);
  // The terminal sends Ctrl-C to both; the benchmark cleans up and decides when to end.
  process.on('SIGINT', () => undefined);
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
};
