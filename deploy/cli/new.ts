import { execFileSync } from 'node:child_process';
import { root } from './paths.ts';
import { memberNamesOf, serviceNamesOf } from './scaffold/names.ts';
import { newAction, newFact, newJob } from './scaffold/new-member.ts';
import { newService } from './scaffold/new-service.ts';
import { runBin } from './run-tool.ts';
import { CommandError } from './say.ts';

const USAGE = `usage: ./make.sh new service <name>
       ./make.sh new action|event|job <service> <camelCaseName>`;

const touch = (words: readonly string[]): readonly string[] => {
  const [kind, first, second] = words;
  if (first === undefined) throw new CommandError(USAGE, 2);
  const service = serviceNamesOf(first);
  if (kind === 'service') return newService(root, service, new Date());
  if (second === undefined) throw new CommandError(USAGE, 2);
  switch (kind) {
    case 'action':
      return newAction(root, service, memberNamesOf(second, 'issueCoupon'));
    case 'event':
      return newFact(root, service, memberNamesOf(second, 'couponIssued'));
    case 'job':
      return newJob(root, service, memberNamesOf(second, 'expireCoupon'));
    case undefined:
    default:
      throw new CommandError(USAGE, 2);
  }
};

/** A program of its own, because what it writes must be loaded anew to generate the documents. */
const writeDocuments = (): void => {
  execFileSync(process.execPath, [...process.execArgv, `${import.meta.dirname}/docs.ts`], {
    stdio: 'inherit',
    cwd: root,
  });
};

try {
  const [kind, name] = process.argv.slice(2);
  const paths = touch(process.argv.slice(2));
  if (kind === 'service') {
    // Links the new package into the workspace; everything it needs is in the store already.
    execFileSync('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], {
      stdio: 'ignore',
      cwd: root,
    });
  }
  await runBin('prettier', [
    '--write',
    '--log-level',
    'warn',
    ...paths.filter((path) => /\.(ts|json|md)$/.test(path)),
  ]);
  writeDocuments();
  for (const path of paths) console.log(path);
  console.log(
    kind === 'service'
      ? `\nNext: ./make.sh test ${name ?? ''}, then edit packages/contracts/src/${name ?? ''} and let the compiler list what is missing.`
      : `\nNext: write the failing test, then the code; ./make.sh check && ./make.sh test ${name ?? ''}.`,
  );
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
