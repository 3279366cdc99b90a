import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A word after ./make.sh. Its module is loaded only when it is used: `help` stays instant. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly does: string;
  readonly run: (args: readonly string[]) => Promise<void>;
}

/** Commands that are programs of their own; their exit code is ours. */
const program =
  (file: string): Command['run'] =>
  (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [...process.execArgv, join(import.meta.dirname, file), ...args],
        { stdio: 'inherit' },
      );
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
        resolve();
      });
    });

export const commands: readonly Command[] = [
  {
    name: 'up',
    usage: 'up [-d] [--single]',
    does: 'everything: stores, schemas, sandbox, every service, gateway; -d in the background, --single in one process',
    run: async (args) => (await import('./up.ts')).up(args),
  },
  {
    name: 'test',
    usage: 'test [service] [unit|integration|e2e]',
    does: 'the tests, with stores of their own; works while up is running, and twice at once',
    run: async (args) => (await import('./test.ts')).test(args),
  },
  {
    name: 'check',
    usage: 'check',
    does: 'format, lint, boundaries, types, docs drift, migrations, contracts, compose files',
    run: program('check.ts'),
  },
  { name: 'fmt', usage: 'fmt', does: 'formats the sources', run: program('fmt.ts') },
  {
    name: 'docs',
    usage: 'docs',
    does: 'writes the generated documents anew',
    run: program('docs.ts'),
  },
  {
    name: 'demo',
    usage: 'demo',
    does: "a shopper's journey against the running suite, to the last refund, told step by step",
    run: async () => (await import('./demo.ts')).demo(),
  },
  {
    name: 'dev',
    usage: 'dev <service…> [-d]',
    does: 'those in watch mode, the rest as up',
    run: async (args) => (await import('./up.ts')).dev(args),
  },
  {
    name: 'status',
    usage: 'status',
    does: 'what runs where, how big, and whether it is ready',
    run: async () => (await import('./status.ts')).status(),
  },
  {
    name: 'logs',
    usage: 'logs [service…] [-f]',
    does: 'the end of the logs; -f also what comes',
    run: async (args) => (await import('./logs.ts')).logs(args),
  },
  {
    name: 'doctor',
    usage: 'doctor',
    does: 'what would stop this machine or this configuration, and the remedy for each',
    run: async () => (await import('./doctor.ts')).doctor(),
  },
  {
    name: 'down',
    usage: 'down',
    does: 'stops all of it, and only it',
    run: async () => (await import('./down.ts')).down(),
  },
  {
    name: 'migrate',
    usage: 'migrate [service]',
    does: 'brings the schemas up to date (up does it too)',
    run: async (args) => (await import('./migrate.ts')).migrateCommand(args),
  },
  {
    name: 'events',
    usage: 'events list|show <n>|replay <n|all>',
    does: 'facts that no consumer could handle: look at them, deliver them again',
    run: async (args) => (await import('./events.ts')).events(args),
  },
  {
    name: 'admin',
    usage: 'admin create|reset-password <username> · admin list',
    does: 'admins of the running suite; the password is asked for, or taken from ADMIN_PASSWORD',
    run: async (args) => (await import('./admin.ts')).admin(args),
  },
  {
    name: 'audit',
    usage: 'audit',
    does: 'compares stock with its ledger and orders with their payments; names what differs',
    run: async (args) => (await import('./audit.ts')).audit(args),
  },
  {
    name: 'audit-log',
    usage: 'audit-log verify',
    does: 'recomputes the chain of the audit log and names the first row that does not fit',
    run: async (args) => (await import('./audit-log.ts')).auditLog(args),
  },
  {
    name: 'new',
    usage: 'new service|action|event|job <name>',
    does: 'scaffolds a working, tested piece',
    run: program('new.ts'),
  },
  {
    name: 'release',
    usage: 'release',
    does: 'freezes the contracts and migrations as released: from then on they only grow',
    run: program('release.ts'),
  },
  {
    name: 'bench',
    usage: 'bench <name>',
    does: 'benchmarks, each with ratios against a baseline of the same run',
    run: async (args) => (await import('./bench.ts')).bench(args),
  },
  {
    name: '',
    usage: '<service> dev|prod',
    does: 'builds and deploys one service: as a local process, or to Docker by docker-compose.prod.yml',
    run: () => Promise.resolve(),
  },
];

export const findCommand = (name: string): Command | undefined =>
  name === '' ? undefined : commands.find((command) => command.name === name);
