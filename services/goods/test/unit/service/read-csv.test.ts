import t from 'tap';
import type { CsvLine } from '../../../src/service.ts';
import { readCsv } from '../../../src/service/client/read-csv.ts';
import { csvRows, toCsv } from '../../support/csv.ts';

const linesOf = async (csv: string): Promise<CsvLine[]> => {
  const lines: CsvLine[] = [];
  for await (const line of readCsv(csv)) lines.push(line);
  return lines;
};

t.test('rows come with their fields, numbered as a spreadsheet does', async (t) => {
  const [first, second] = csvRows('C', 0, 2);
  const csv = toCsv([{ ...first, description: '两\n行' }, second ?? {}]);

  const lines = await linesOf(`\u{feff}${csv}\r\n\r\n`);

  t.match(lines, [
    { kind: 'row', fields: { skuCode: 'SKU-0', description: '两\n行' } },
    { kind: 'row', line: 3, fields: { skuCode: 'SKU-1' } },
  ]);
  t.equal(lines.length, 2);
});

t.test('columns may be in any order, but all of them must be there, once', async (t) => {
  const header = toCsv([]);
  const reversed = header.split(',').reverse().join(',');

  t.match(await linesOf(`${reversed}\n1,2,3,4,5,6,7,8,9`), [{ fields: { spuCode: '9' } }]);
  for (const bad of ['spuCode,title', `${header},more`, `${header},title`, ''])
    t.notOk(
      (await linesOf(bad)).some(({ kind }) => kind === 'row'),
      bad,
    );
  t.match(await linesOf('spuCode'), [{ kind: 'broken', line: 1, reason: /title/ }]);
});

t.test('a line of another length is broken, the ones behind it are not', async (t) => {
  const lines = await linesOf(`${toCsv([])}\na,b\n1,2,3,4,5,6,7,8,9`);

  t.match(lines, [
    { kind: 'broken', line: 2 },
    { kind: 'row', line: 3 },
  ]);
});

t.test(
  'a wrong quote spoils what is behind it, which is told, at every reading alike',
  async (t) => {
    const row = '1,2,3,4,5,6,7,8,9';
    for (const bad of ['"never closed', '"a"b,c']) {
      const csv = [toCsv([]), ...Array.from({ length: 500 }, () => row), bad, row].join('\n');

      const lines = await linesOf(csv);

      t.equal(lines.filter(({ kind }) => kind === 'row').length, 500, 'all before it count');
      t.match(lines.slice(500), [{ kind: 'broken', line: 502 }]);
      for (let again = 0; again < 3; again += 1) t.same(await linesOf(csv), lines);
    }
  },
);

t.test('a chunk has ten thousand rows at most', async (t) => {
  const csv = `${toCsv([])}\n${'1,2,3,4,5,6,7,8,9\n'.repeat(10_001)}`;

  const lines = await linesOf(csv);

  t.equal(lines.length, 10_001);
  t.match(lines.at(-1), { kind: 'broken', line: 10_002 });
});
