import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureDir, findBinary, root, runDir } from '../paths.ts';
import { CommandError } from '../say.ts';

const run = promisify(execFile);

export const devComposeFile = join(root, 'docker-compose.dev.yml');
export const prodComposeFile = join(root, 'docker-compose.prod.yml');

/** Why Docker cannot be used here, or `undefined` when it can. The client alone is no engine. */
export const dockerProblem = async (): Promise<string | undefined> => {
  const docker = findBinary('docker');
  if (docker === undefined) return 'there is no docker command';
  try {
    await run(docker, ['info', '--format', '{{.ServerVersion}}'], { timeout: 8000 });
  } catch {
    return 'no Docker engine answers (docker info)';
  }
  try {
    await run(docker, ['compose', 'version'], { timeout: 8000 });
  } catch {
    return 'docker has no compose plugin (docker compose version)';
  }
  return undefined;
};

/** Runs docker with its output going to the terminal; throws when it fails. */
export const docker = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('docker', args, { stdio: 'inherit', cwd: root, env });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new CommandError(`docker ${args.join(' ')} ended with ${String(code)}`));
    });
  });

/** Remembers across a killed `up` that the stores run in Docker. */
const marker = join(runDir, 'stores-in-docker');

export const startDockerStores = async (
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  ensureDir(runDir);
  writeFileSync(marker, names.join('\n'));
  await docker(['compose', '-f', devComposeFile, 'up', '-d', '--wait', ...names], env);
};

/** Stops the containers that `up` started; their volumes stay. */
export const stopDockerStores = async (): Promise<void> => {
  if (!existsSync(marker)) return;
  await docker(['compose', '-f', devComposeFile, 'down']);
  rmSync(marker, { force: true });
};
