import t from 'tap';
import { readVerdict } from '../../../src/domain/content.ts';

const pushed = (change: object = {}) => ({
  trace_id: 'abc',
  errcode: 0,
  result: { suggest: 'risky', label: 20002 },
  ...change,
});

t.test('a pushed verdict is read alike from JSON and from XML, where all is text', (t) => {
  const verdict = { traceId: 'abc', suggest: 'risky', label: 20002, errcode: 0 };

  t.strictSame(readVerdict(pushed()), verdict);
  const xml = pushed({ errcode: '0', result: { suggest: 'risky', label: '20002' } });
  t.strictSame(readVerdict(xml), verdict);
  t.end();
});

t.test('a file that WeChat could not get has no verdict, and says why', (t) => {
  t.strictSame(readVerdict(pushed({ errcode: -1008, result: undefined })), {
    traceId: 'abc',
    suggest: null,
    label: null,
    errcode: -1008,
  });
  t.end();
});

t.test('what is not the documented form is not read', (t) => {
  for (const change of [
    { trace_id: undefined },
    { trace_id: '' },
    { trace_id: 'a b' },
    { trace_id: 'x'.repeat(129) },
    { trace_id: 7 },
    { errcode: 'none' },
    { result: null },
    { result: { suggest: 'maybe', label: 100 } },
    { result: { suggest: 'pass', label: 'x' } },
    { result: { suggest: 'pass', label: '' } },
  ]) {
    t.equal(readVerdict(pushed(change)), undefined, JSON.stringify(change));
  }
  t.end();
});
