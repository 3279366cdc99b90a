import { join } from 'node:path';
import t from 'tap';
import { findComposeProblems } from '../../checks/compose.ts';
import { readComposeFile, variablesOf, type ComposeService } from '../../checks/compose-file.ts';
import {
  checkDevelopment,
  checkDockerfile,
  checkEnvExample,
  checkProduction,
  type SuiteFacts,
} from '../../checks/compose-rules.ts';
import { repositoryRoot } from '../../repository.ts';

const facts: SuiteFacts = {
  processes: ['user'],
  withMigrations: new Set(['user']),
  keys: new Map([
    ['user', { known: new Set(['ENV', 'MYSQL_PASS']), required: new Set(['MYSQL_PASS']) }],
  ]),
};

const limits = { resources: { limits: { cpus: '1', memory: '256M' } } };

const user: ComposeService = {
  image: 'mall/user:1',
  build: { dockerfile: 'deploy/docker/service.Dockerfile', args: { SERVICE: 'user' } },
  restart: 'unless-stopped',
  environment: { ENV: 'pro', MYSQL_PASS: '${USER_MYSQL_PASS:?}' },
  healthcheck: { test: ['CMD', 'true'] },
  depends_on: { 'user-migrate': { condition: 'service_completed_successfully' } },
  deploy: limits,
};

const job: ComposeService = { image: 'mall/user:1', restart: 'no', deploy: limits };

const problems = (change: Partial<ComposeService>, more: Record<string, ComposeService> = {}) =>
  checkProduction(
    { services: { user: { ...user, ...change }, 'user-migrate': job, ...more } },
    facts,
  );

t.test('the files of this repository keep every rule', async (t) => {
  t.same(await findComposeProblems(repositoryRoot), []);
});

t.test('a proper service has no problems', (t) => {
  t.same(problems({}), []);
  t.end();
});

t.test('each rule finds the file that breaks it', (t) => {
  const without = (key: keyof ComposeService): ComposeService =>
    Object.fromEntries(Object.entries(user).filter(([name]) => name !== key));
  const check = (service: ComposeService): string =>
    checkProduction({ services: { user: service, 'user-migrate': job } }, facts).join();

  t.match(check(without('healthcheck')), /no healthcheck/);
  t.match(check(without('deploy')), /no limit/);
  t.match(problems({ restart: 'no' }).join(), /no restart policy/);
  t.match(problems({ ports: ['3000:3000'] }).join(), /only edge may/);
  t.match(problems({ image: 'mall/user:latest' }).join(), /no fixed version/);
  t.match(problems({ depends_on: {} }).join(), /does not wait for user-migrate/);
  t.match(problems({ build: { dockerfile: 'Dockerfile' } }).join(), /must be built from/);
  t.match(problems({ environment: { MYSQL_PASS: 'hunter2' } }).join(), /stands in the file/);
  t.match(
    problems({ environment: { MYSQL_PASS: '${P_PASS:-hunter2}' } }).join(),
    /could be empty or a default/,
  );
  t.match(problems({ environment: {} }).join(), /needs MYSQL_PASS/);
  t.match(
    problems({ environment: { MYSQL_PASS: '${P:?}', MYSQL_PASSWORDS: 'x' } }).join(),
    /does not read/,
  );
  t.end();
});

t.test('a service or its migrate job that is missing is named', (t) => {
  t.match(checkProduction({ services: {} }, facts), ['user: is not in the file']);
  t.match(
    checkProduction({ services: { user } }, facts).join(),
    /user-migrate: is not in the file/,
  );
  t.end();
});

t.test('stores of development are never open to the network', (t) => {
  const services = { mysql: { ports: ['3306:3306'], healthcheck: { test: 'true' } } };

  t.match(checkDevelopment({ services }, ['mysql', 'nats']), [
    'nats: is not in the file',
    /bind it to 127.0.0.1/,
  ]);
  t.end();
});

t.test('the example of the env file names what is demanded, and holds no secret', (t) => {
  t.same(checkEnvExample('a: ${A_PASS:?}\nb: ${B:-1}', 'A_PASS=\n# B=1\n'), []);
  t.match(checkEnvExample('a: ${A_PASS:?}', 'C=\n'), [
    /A_PASS: is demanded/,
    /C: is in the example/,
  ]);
  t.match(checkEnvExample('a: ${A_PASS:?}', 'A_PASS=hunter2\n'), [/must not hold a secret/]);
  t.end();
});

t.test('variables are found with their kind, escaped dollars are not', (t) => {
  t.same(variablesOf('${A:?} ${B:-x} ${C} $${D:?}'), [
    { name: 'A', kind: 'required' },
    { name: 'B', kind: 'default' },
    { name: 'C', kind: 'bare' },
  ]);
  t.end();
});

t.test('a Dockerfile that runs as root or without health check is refused', (t) => {
  const found = checkDockerfile(
    'FROM node:${NODE_VERSION}\nARG SERVICE\nCMD ["node", "dist/main.js"]\n',
  );

  t.match(found, [/does not run as root/, /HEALTHCHECK/]);
  t.end();
});

t.test('merge keys are applied as Docker applies them', (t) => {
  const dir = t.testdir({
    'compose.yml': 'x-a: &a\n  restart: always\nservices:\n  one:\n    <<: *a\n    image: x:1\n',
  });

  t.match(readComposeFile(join(dir, 'compose.yml')).services, {
    one: { restart: 'always', image: 'x:1' },
  });
  t.end();
});
