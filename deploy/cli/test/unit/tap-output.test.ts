import t from 'tap';
import { readTap, withoutPassed } from '../../tests/tap-output.ts';

const lines = (...text: string[]): string => text.join('\n');

t.test('every innermost subtest is one test, however many assertions it has', (t) => {
  const output = lines(
    'TAP version 14',
    '# Subtest: money',
    '    # Subtest: adds',
    '        ok 1 - a',
    '        ok 2 - b',
    '        1..2',
    '    ok 1 - adds # time=1ms',
    '    # Subtest: splits',
    '        ok 1 - a',
    '        1..1',
    '    ok 2 - splits # time=1ms',
    '    1..2',
    'ok 1 - money # time=3ms',
    '1..1',
  );

  t.same(readTap(output, 'file'), { passed: 2, failed: [] });
  t.end();
});

t.test('a failed test is named with the tests around it', (t) => {
  const output = lines(
    '# Subtest: money',
    '    # Subtest: adds',
    '        not ok 1 - should be equal',
    '          ---',
    '          diff: |',
    '            ok 1 - this line is a part of a diff',
    '          ...',
    '        1..1',
    '    not ok 1 - adds # time=1ms',
    '    1..1',
    'not ok 1 - money # time=3ms',
    '1..1',
  );

  t.same(readTap(output, 'file'), { passed: 0, failed: ['money › adds'] });
  t.end();
});

t.test('the buffered form counts like the other', (t) => {
  const output = lines(
    'ok 1 - first # time=1ms {',
    '    ok 1 - a',
    '    1..1',
    '}',
    'not ok 2 - second # time=1ms {',
    '    not ok 1 - a',
    '    1..1',
    '}',
    '1..2',
  );

  t.same(readTap(output, 'file'), { passed: 1, failed: ['second'] });
  t.end();
});

t.test('a skipped or unfinished test counts as failed: nothing skips itself', (t) => {
  const output = lines(
    '# Subtest: later',
    '    1..0 # SKIP not today',
    'ok 1 - later # SKIP not today',
    '# Subtest: unfinished',
    '    1..0',
    'ok 2 - unfinished # TODO',
    '1..2',
  );

  t.same(readTap(output, 'file').failed, ['later', 'unfinished']);
  t.end();
});

t.test('a file without subtests is one test', (t) => {
  t.same(readTap(lines('ok 1 - a', 'ok 2 - b', '1..2'), 'file'), { passed: 1, failed: [] });
  t.same(readTap(lines('ok 1 - a', 'not ok 2 - b', '1..2'), 'file'), {
    passed: 0,
    failed: ['file'],
  });
  t.end();
});

t.test('a failure outside every subtest fails the file besides its tests', (t) => {
  const output = lines(
    '# Subtest: adds',
    '    ok 1 - a',
    '    1..1',
    'ok 1 - adds # time=1ms',
    'not ok 2 - test unfinished: file',
    '1..2',
  );

  t.same(readTap(output, 'file'), { passed: 1, failed: ['file'] });
  t.end();
});

t.test('what is shown of a failure leaves out the tests that passed', (t) => {
  const output = lines(
    'TAP version 14',
    '# Subtest: good',
    '    ok 1 - fine',
    'ok 1 - good',
    'a warning of the process',
    '# Subtest: bad',
    '    not ok 1 - broken',
    'not ok 2 - bad',
    '1..2',
  );

  const shown = withoutPassed(output);

  t.match(shown, /broken/);
  t.match(shown, /a warning of the process/);
  t.notMatch(shown, /fine/);
  t.end();
});
