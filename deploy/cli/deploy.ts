import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { docker, dockerProblem, prodComposeFile } from './infra/docker.ts';
import { root, runDir } from './paths.ts';
import { readState } from './process/state.ts';
import { requestRestart } from './process/supervisor.ts';
import { waitReady } from './readiness.ts';
import { CommandError, say } from './say.ts';
import { servicesWithSchema } from './suite.ts';

const restartLocally = async (service: string): Promise<void> => {
  const state = readState(runDir);
  if (state === undefined)
    throw new CommandError(
      `the suite is not running: start it with ./make.sh up, then ./make.sh ${service} dev`,
    );
  const child = state.mode === 'single' ? 'suite' : service;
  await requestRestart(runDir, child, 60_000);
  await waitReady(state.gatewayUrl, 60_000);
  say(`${child} runs the sources as they are now.`);
};

const deployToDocker = async (service: string): Promise<void> => {
  const problem = await dockerProblem();
  if (problem !== undefined)
    throw new CommandError(
      `./make.sh ${service} prod builds an image and needs a Docker engine: ${problem}.\n` +
        'Remedy: run it where Docker with the compose plugin is installed, or point DOCKER_HOST to such a machine.',
    );
  const envFile = join(root, 'deploy/prod.env');
  if (!existsSync(envFile))
    throw new CommandError(
      `${envFile} is missing: copy deploy/prod.env.example and fill every value in (no secret has a default).`,
    );
  const compose = ['compose', '-f', prodComposeFile, '--env-file', envFile];
  await docker([...compose, 'build', service]);
  if (servicesWithSchema().includes(service))
    await docker([...compose, 'run', '--rm', '--no-deps', `${service}-migrate`]);
  await docker([...compose, 'up', '-d', '--no-deps', '--wait', service]);
  say(`${service} is deployed.`);
};

/** `<service> dev`: its local process takes the present sources. `<service> prod`: image, migrations, container. */
export const deploy = async (service: string, args: readonly string[]): Promise<void> => {
  const [target, ...more] = args;
  if (more.length > 0 || (target !== 'dev' && target !== 'prod'))
    throw new CommandError(`usage: ./make.sh ${service} dev|prod`, 2);
  await (target === 'dev' ? restartLocally(service) : deployToDocker(service));
};
