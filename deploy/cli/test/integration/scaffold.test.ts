import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '../../../..');
const clone = mkdtempSync(join(tmpdir(), 'scaffold-'));
t.teardown(() => rmSync(clone, { recursive: true, force: true }));

const run = (command: string, args: readonly string[], quiet = false): string =>
  execFileSync(command, args, {
    cwd: clone,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'],
    env: { ...process.env, CI: 'true', LOCAL_DIR: '' },
  });
const node = (args: readonly string[]): string =>
  run(process.execPath, [
    '--conditions=@app/source',
    '--disable-warning=ExperimentalWarning',
    ...args,
  ]);
const changed = (): readonly string[] =>
  run('git', ['status', '--porcelain', '--untracked-files=all'])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3))
    .sort();

// The tree as it stands, tracked or not, so that the test is about this very checkout.
const files = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '');
for (const path of files) cpSync(join(root, path), join(clone, path));
run('git', ['init', '-q']);
run('git', ['add', '-A']);
run('git', [
  '-c',
  'user.name=scaffold',
  '-c',
  'user.email=scaffold@localhost',
  'commit',
  '-qm',
  'before',
]);
run('pnpm', ['install', '--prefer-offline', '--frozen-lockfile'], true);
symlinkSync(join(root, '.tap'), join(clone, '.tap'));

await t.test(
  'a new service touches its own folders and the few places that list services',
  async (t) => {
    node(['deploy/cli/new.ts', 'service', 'gift-card']);

    const elsewhere = changed().filter(
      (path) =>
        !path.startsWith('services/gift-card/') &&
        !path.startsWith('packages/contracts/src/gift-card/'),
    );
    t.same(elsewhere, [
      '.env.example',
      '.github/CODEOWNERS',
      'deploy/prod.env.example',
      'deploy/prometheus/prometheus.yml',
      'docker-compose.prod.yml',
      'docs/generated/config.md',
      'docs/generated/routes.md',
      'docs/openapi.json',
      'packages/contracts/src/catalogue.ts',
      'packages/contracts/src/index.ts',
      'pnpm-lock.yaml',
      'tsconfig.json',
    ]);
    const tree = changed().filter((path) => path.startsWith('services/gift-card/'));
    for (const part of [
      'README.md',
      'API.md',
      'src/main.ts',
      'src/app.ts',
      'src/usecase/ping.ts',
      'test/unit/ping.test.ts',
      'test/contract/ping-repository.contract.ts',
      'test/integration/gift-card-service.test.ts',
    ]) {
      t.ok(tree.includes(`services/gift-card/${part}`), part);
    }
  },
);

await t.test('a new action, event and job fit into it', async (t) => {
  node(['deploy/cli/new.ts', 'action', 'gift-card', 'issueGiftCard']);
  node(['deploy/cli/new.ts', 'event', 'gift-card', 'giftCardIssued']);
  node(['deploy/cli/new.ts', 'job', 'gift-card', 'expireGiftCard']);

  const api = readFileSync(join(clone, 'services/gift-card/API.md'), 'utf8');
  t.match(api, /v1\.gift-card\.issueGiftCard/);
  t.match(api, /gift-card\.giftCardIssued/);
  t.match(api, /gift-card-expire-gift-card/);
});

await t.test('what was written passes every check', async (t) => {
  const output = node(['deploy/cli/check.ts']);

  t.match(output, /All checks passed/);
});

await t.test('the generated tests pass on the real stores', async (t) => {
  for (const file of [
    'test/unit/ping.test.ts',
    'test/unit/issue-gift-card.test.ts',
    'test/unit/expire-gift-card.test.ts',
    'test/integration/gift-card-service.test.ts',
  ]) {
    const output = node([`services/gift-card/${file}`]);
    t.match(output, /^# \{ total: \d+, pass: \d+ \}$/m, file);
  }
});

await t.test(
  'a name that is not kebab-case, or is taken, is refused with what to do',
  async (t) => {
    for (const [name, message] of [
      ['GiftCard', /kebab-case/],
      ['user', /exists already/],
    ] as const) {
      t.throws(() => node(['deploy/cli/new.ts', 'service', name]), { message: /Command failed/ });
      try {
        run(
          process.execPath,
          ['--conditions=@app/source', 'deploy/cli/new.ts', 'service', name],
          true,
        );
      } catch (error) {
        t.equal((error as { status: number }).status > 0, true, String(message));
      }
    }
  },
);
