import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import {
  createChild,
  EXIT_CONFIG,
  type Child,
  type ChildExit,
  type ChildSpec,
} from '../../process/child.ts';
import { identify, isAlive } from '../../process/identity.ts';
import { claimPidFile, livePidRecords, readPidFile, writePidFile } from '../../process/pidfile.ts';
import { readState, writeState } from '../../process/state.ts';
import { sweepLeftovers } from '../../process/supervisor.ts';
import { stopProcess } from '../../process/stop.ts';

const eventually = async (check: () => boolean, withinMs = 10_000): Promise<void> => {
  const endAtMs = Date.now() + withinMs;
  while (!check()) {
    if (Date.now() > endAtMs) throw new Error(`did not come true within ${withinMs} ms`);
    await pause(10);
  }
};

const nodeSpec = (name: string, script: string): ChildSpec => ({
  name,
  role: 'service',
  command: process.execPath,
  args: ['-e', script],
  cwd: '/',
  env: { PATH: process.env['PATH'] },
  where: 'nowhere',
  stopTimeoutMs: 300,
});

const runForever = 'setInterval(() => {}, 1000)';

const start = (t: Test, spec: ChildSpec) => {
  const dir = t.testdir({});
  const exits: ChildExit[] = [];
  const child: Child = createChild(spec, {
    runDir: join(dir, 'run'),
    logDir: join(dir, 'log'),
    onChange: () => undefined,
    onExit: (_, exit) => exits.push(exit),
    backoff: { baseMs: 5, capMs: 10 },
  });
  t.teardown(() => child.stop());
  child.start();
  return { child, exits, runDir: join(dir, 'run') };
};

t.test('a process that was killed is started again and told about', async (t) => {
  const { child, exits } = start(t, nodeSpec('worker', runForever));
  const first = child.state().pid ?? 0;

  process.kill(first, 'SIGKILL');
  await eventually(() => child.state().restarts === 1 && child.state().status === 'running');

  t.not(child.state().pid, first);
  t.match(exits, [{ signal: 'SIGKILL', againInMs: Number }]);
});

t.test('a process that refuses its configuration is not started again', async (t) => {
  const { child, exits } = start(t, nodeSpec('picky', `process.exit(${EXIT_CONFIG})`));

  await eventually(() => child.state().status === 'refused');

  t.match(exits, [{ code: EXIT_CONFIG, againInMs: undefined }]);
  t.equal(child.state().restarts, 0);
});

t.test(
  'a process that ignores SIGTERM is killed after its patience, with all it started',
  async (t) => {
    const script = `
    process.on('SIGTERM', () => {});
    const grandchild = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(runForever)}]);
    console.log(grandchild.pid);
    ${runForever}`;
    const { child } = start(t, nodeSpec('stubborn', script));
    await eventually(
      () => existsSync(child.logFile) && /^\d+\n/m.test(readFileSync(child.logFile, 'utf8')),
    );
    const grandchild = Number(readFileSync(child.logFile, 'utf8'));
    const before = identify(grandchild);

    await child.stop();

    t.ok(before);
    await eventually(() => identify(grandchild) === undefined);
    t.equal(child.state().status, 'stopped');
  },
);

t.test('a restart on request gives a new process and counts as no crash', async (t) => {
  const { child, exits } = start(t, nodeSpec('worker', runForever));
  const first = child.state().pid;

  await child.restart();

  t.not(child.state().pid, first);
  t.match(child.state(), { status: 'running', restarts: 0 });
  t.same(exits, []);
});

t.test('the record of a process disappears with it', async (t) => {
  const { child, runDir } = start(t, nodeSpec('worker', runForever));
  t.equal(readPidFile(runDir, 'worker')?.pid, child.state().pid);

  await child.stop();

  t.equal(readPidFile(runDir, 'worker'), undefined);
});

t.test('leftovers of a killed supervisor are stopped', async (t) => {
  const runDir = t.testdir({});
  const orphan = spawn(process.execPath, ['-e', runForever], { detached: true, stdio: 'ignore' });
  const identity = identify(orphan.pid ?? 0);
  if (identity === undefined) throw new Error('the orphan did not start');
  t.teardown(() => stopProcess(identity, 0));
  writePidFile(runDir, 'user', identity);

  const stopped = await sweepLeftovers(runDir);

  t.same(stopped, ['user']);
  t.notOk(isAlive(identity));
});

t.test('a process that only inherited the number of a dead one is left alone', async (t) => {
  const runDir = t.testdir({});
  const stranger = spawn(process.execPath, ['-e', runForever], { stdio: 'ignore' });
  const identity = identify(stranger.pid ?? 0);
  if (identity === undefined) throw new Error('the stranger did not start');
  t.teardown(() => stopProcess(identity, 0));
  writePidFile(runDir, 'user', { pid: identity.pid, startedAt: 'another boot:42' });

  const stopped = await sweepLeftovers(runDir);

  t.same(stopped, []);
  t.ok(isAlive(identity));
  t.same(livePidRecords(runDir), [], 'its stale record is gone');
});

t.test('of many claims to the same name at once exactly one wins', async (t) => {
  const runDir = t.testdir({});
  const module = new URL('../../process/pidfile.ts', import.meta.url).href;
  const script = `
    const { claimPidFile } = await import(${JSON.stringify(module)});
    const holder = claimPidFile(${JSON.stringify(runDir)}, 'supervisor');
    console.log(holder === undefined ? 'won' : 'lost');
    if (holder === undefined) setInterval(() => {}, 1000);`;
  writeFileSync(join(runDir, 'supervisor.pid'), '{"pid":999999,"startedAt":"long ago"}');
  const claims = Array.from({ length: 8 }, () => {
    const child = spawn(
      process.execPath,
      ['--conditions=@app/source', '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    t.teardown(() => child.kill('SIGKILL'));
    return new Promise<string>((resolve) => {
      child.stdout.once('data', (data: Buffer) => {
        resolve(data.toString().trim());
      });
    });
  });

  const answers = await Promise.all(claims);

  t.equal(answers.filter((answer) => answer === 'won').length, 1);
});

t.test('the holder of a name is told to whoever comes later', (t) => {
  const runDir = t.testdir({});

  t.equal(claimPidFile(runDir, 'supervisor'), undefined);
  t.equal(claimPidFile(runDir, 'supervisor')?.pid, process.pid);
  t.end();
});

t.test('the state of a dead supervisor is no state', (t) => {
  const runDir = t.testdir({});
  const state = {
    phase: 'ready',
    mode: 'separate',
    startedAtMs: 0,
    gatewayUrl: 'http://127.0.0.1:3000',
    sandboxUrl: undefined,
    stores: [],
    children: [],
  } as const;

  writeState(runDir, { ...state, supervisor: { pid: process.pid, startedAt: 'another boot' } });
  t.equal(readState(runDir), undefined);

  const self = identify(process.pid);
  if (self === undefined) throw new Error('no identity');
  writeState(runDir, { ...state, supervisor: self });
  t.equal(readState(runDir)?.phase, 'ready');
  t.end();
});
