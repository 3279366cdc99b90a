import { eventually } from '@app/testing';
import t from 'tap';
import type { StoredApp } from '../../../src/domain/app-registry.ts';
import { createAppDirectory } from '../../../src/repository/app-directory.ts';
import { aStoredApp } from '../../contract/app-repository.contract.ts';
import { bases, MP, OA } from '../../support/build-deps.ts';

const build = (list: () => Promise<readonly StoredApp[]>) => {
  const lines: unknown[] = [];
  const note = (...line: unknown[]) => void lines.push(line);
  const logger = { info: note, warn: note, error: note };
  return { directory: createAppDirectory({ bases, rows: { list }, logger, pollMs: 5 }), lines };
};

const unknown = { code: 'WECHAT_APP_UNKNOWN' };

t.test('a disabled app is as unknown as one that never was', async (t) => {
  const { directory } = build(() =>
    Promise.resolve([aStoredApp({ appId: MP, isEnabled: false }), aStoredApp({ appId: 'wx-2' })]),
  );
  await directory.reload();

  t.throws(() => directory.get(MP), unknown);
  t.throws(() => directory.secretOf(MP), unknown);
  t.throws(() => directory.getMiniProgram(), unknown, 'no login slips to another app');
  t.throws(() => directory.get('wx-none'), unknown);
  t.strictSame(
    directory.list().map(({ appId }) => appId),
    ['wx-2', OA].sort(),
  );
  t.match(
    directory.entries().map(({ appId, isEnabled }) => [appId, isEnabled]),
    [
      ['wx-2', true],
      [MP, false],
      [OA, true],
    ],
  );
});

t.test('who looks an app up gets no secret', async (t) => {
  const { directory } = build(() => Promise.resolve([]));

  t.strictSame(directory.get(MP), { appId: MP, kind: 'mini_program', tokenKind: 'stable' });
  t.equal(directory.getOfficialAccount().appId, OA);
  t.throws(() => directory.getMiniProgram(OA), unknown);
  t.throws(() => directory.getOfficialAccount(MP), unknown);
});

t.test('while the rows cannot be read the last state counts, told once', async (t) => {
  let isDown = false;
  let reads = 0;
  const { directory, lines } = build(() => {
    reads += 1;
    return isDown ? Promise.reject(new Error('down')) : Promise.resolve([aStoredApp()]);
  });
  await directory.reload();
  await directory.watch.start();
  t.teardown(() => directory.watch.stop());

  isDown = true;
  const before = reads;
  await eventually(() => reads > before + 5);

  t.equal(directory.secretOf('wx-1'), aStoredApp().secret);
  t.equal(lines.length, 1);
  isDown = false;
  await eventually(() => lines.length === 2);
});

t.test('a change whose hint was lost is found by looking', async (t) => {
  const rows: StoredApp[] = [];
  const { directory } = build(() => Promise.resolve([...rows]));
  await directory.watch.start();
  t.teardown(() => directory.watch.stop());

  rows.push(aStoredApp());

  await eventually(() => directory.get('wx-1'));

  t.equal(directory.secretOf('wx-1'), aStoredApp().secret);
});

t.test('who asks during a read waits for one that began afterwards', async (t) => {
  const answers: ((rows: readonly StoredApp[]) => void)[] = [];
  const { directory } = build(() => new Promise((resolve) => answers.push(resolve)));

  const first = directory.reload();
  const second = directory.reload();
  const third = directory.reload();
  answers[0]!([]);
  await first;
  await eventually(() => answers.length === 2);
  answers[1]!([aStoredApp()]);
  await Promise.all([second, third]);

  t.equal(answers.length, 2, 'those who wait share one read');
  t.equal(directory.get('wx-1').appId, 'wx-1');
});

t.test('an app that cannot be used is told once per version, without its secret', async (t) => {
  const { directory, lines } = build(() =>
    Promise.resolve([aStoredApp({ secret: null, isUnreadable: true })]),
  );

  await directory.reload();
  await directory.reload();

  t.match(lines, [[{ appId: 'wx-1', problem: 'secret_unreadable' }, String]]);
  t.equal(lines.length, 1);
});

t.test('push settings are those of the row, and of no app that is disabled', async (t) => {
  const { directory } = build(() =>
    Promise.resolve([aStoredApp(), aStoredApp({ appId: 'wx-2', isEnabled: false })]),
  );
  await directory.reload();

  t.strictSame(directory.pushSettingsOf('wx-1'), aStoredApp().push);
  t.strictSame(directory.pushSettingsOf(MP), { token: null, encodingAesKey: null });
  t.throws(() => directory.pushSettingsOf('wx-2'), unknown);
});
