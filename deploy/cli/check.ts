import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '@app/contracts';
import { findAlertProblems } from './checks/alerts.ts';
import { findComposeProblems } from './checks/compose.ts';
import {
  findBreakingChanges,
  snapshotContracts,
  type ContractSnapshot,
} from './checks/contract-compatibility.ts';
import { findMigrationProblems, type MigrationLock } from './checks/migrations.ts';
import { findDrift } from './docs.ts';
import { repositoryRoot } from './repository.ts';
import { runBin, runTool, type ToolResult } from './run-tool.ts';

const readJson = (path: string): unknown =>
  JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8'));

const fromProblems = (problems: readonly string[], remedy: string): ToolResult => ({
  ok: problems.length === 0,
  output: problems.length === 0 ? '' : `${problems.join('\n')}\n→ ${remedy}\n`,
});

/** Everything the linter, compiler and documents can find wrong without starting anything. */
const checks: Readonly<Record<string, () => Promise<ToolResult>>> = {
  format: () => runBin('prettier', ['--check', '--log-level', 'warn', '.']),
  lint: () => runBin('eslint', ['.', '--max-warnings', '0']),
  boundaries: () =>
    runBin('depcruise', [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      'packages',
      'services',
      'gateway',
      'deploy/cli',
    ]),
  types: () => runBin('tsc', ['-p', 'tsconfig.check.json']),
  // What images run; declarations can fail to be written where types alone are fine.
  build: () => runBin('tsc', ['-b']),
  'docs drift': async () =>
    fromProblems(await findDrift(), 'run ./make.sh docs and commit what it writes'),
  contracts: async () =>
    fromProblems(
      findBreakingChanges(
        readJson('deploy/released/contracts.json') as ContractSnapshot,
        snapshotContracts(services),
      ),
      'keep the old form and add a new action beside it (v2), or release deliberately with ./make.sh release',
    ),
  migrations: async () =>
    fromProblems(
      findMigrationProblems(
        repositoryRoot,
        readJson('deploy/released/migrations.json') as MigrationLock,
      ),
      'migrations are frozen once released: add a new file',
    ),
  'compose and Dockerfile': async () =>
    fromProblems(await findComposeProblems(repositoryRoot), 'mend the file that is named'),
  alerts: () =>
    Promise.resolve(
      fromProblems(findAlertProblems(repositoryRoot), 'correct the name, or define the metric'),
    ),
  scripts: async () => {
    const scripts = [
      'make.sh',
      '.ci/run',
      ...readdirSync(join(repositoryRoot, 'deploy'))
        .filter((file) => file.endsWith('.sh'))
        .map((file) => `deploy/${file}`),
    ];
    return runTool('bash', ['-n', ...scripts]);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const startedAt = performance.now();
  const { ok, output } = await check();
  console.log(
    `${ok ? '✔' : '✘'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`,
  );
  if (!ok) {
    failed += 1;
    process.stdout.write(`${output.trimEnd()}\n\n`);
  }
}
console.log(
  failed === 0 ? 'All checks passed.' : `${failed} of ${Object.keys(checks).length} checks failed.`,
);
process.exitCode = failed === 0 ? 0 : 1;
