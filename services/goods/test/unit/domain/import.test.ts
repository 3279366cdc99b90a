import t from 'tap';
import { applyImport, type KnownGoods } from '../../../src/domain/apply-import.ts';
import { parseImportRow, type ImportRow } from '../../../src/domain/import-row.ts';
import { aCategory, IMAGE, making } from '../../support/builders.ts';

const category = aCategory();
const hosts = ['img.example.com'];
const good = {
  spuCode: 'CUP-1',
  title: '杯',
  description: '好杯',
  images: `${IMAGE} ${IMAGE}`,
  categoryId: category.id,
  skuCode: 'CUP-1-R',
  skuName: '红',
  attributes: '颜色=红；尺寸=M',
  priceFen: '100',
};
const nothing: KnownGoods = {
  bySpuCode: new Map(),
  spuIdBySkuCode: new Map(),
  categories: new Map([[category.id, category]]),
};
const rowOf = (fields: Partial<typeof good> = {}, line = 2): ImportRow => {
  const parsed = parseImportRow(line, { ...good, ...fields }, hosts);
  if ('problem' in parsed) throw new Error(JSON.stringify(parsed.problem));
  return parsed.row;
};

t.test('a line is read field by field', (t) => {
  t.same(rowOf(), {
    ...good,
    line: 2,
    images: [IMAGE, IMAGE],
    attributes: { 颜色: '红', 尺寸: 'M' },
    priceFen: 100,
  });
  t.end();
});

t.test('the first fault of a line is told by its field', (t) => {
  const faults = {
    spuCode: '',
    skuCode: '空 格',
    title: '长'.repeat(121),
    description: '长'.repeat(5001),
    images: 'https://evil.example.org/a',
    categoryId: 'x',
    skuName: '长'.repeat(121),
    attributes: '颜色',
    priceFen: '1.5',
  };
  for (const [field, value] of Object.entries(faults)) {
    t.match(parseImportRow(2, { ...good, [field]: value }, hosts), { problem: { line: 2, field } });
  }
  for (const attributes of ['=红', '颜色=', '颜色=红;颜色=蓝'])
    t.match(parseImportRow(2, { ...good, attributes }, hosts), {
      problem: { field: 'attributes' },
    });
  t.end();
});

t.test('rows of the same goods meet, and each is told as its own fact', (t) => {
  const rows = [rowOf(), rowOf({ skuCode: 'CUP-1-B', attributes: '颜色=蓝', title: '新杯' }, 3)];

  const { changes, rowsCreated, problems } = applyImport(rows, nothing, making);

  t.same([changes.length, rowsCreated, problems], [1, 2, []]);
  t.match(changes[0]?.next, { code: 'CUP-1', title: '新杯', status: 'draft' });
  t.same(
    changes[0]?.facts.map(({ name }) => name),
    ['skuCreated', 'changed', 'skuCreated'],
  );
  t.end();
});

t.test('empty fields of what is known stay as they are, new rows need theirs', (t) => {
  const [change] = applyImport([rowOf()], nothing, making).changes;
  const known: KnownGoods = {
    ...nothing,
    bySpuCode: new Map([['CUP-1', change!.next]]),
    spuIdBySkuCode: new Map([['CUP-1-R', change!.next.id]]),
  };
  const empty = { title: '', images: '', categoryId: '', skuName: '', attributes: '' };

  t.same(applyImport([rowOf()], known, making).changes, [], 'the same again');
  const priced = applyImport([rowOf({ ...empty, priceFen: '90' })], known, making);
  t.match(priced, {
    rowsUpdated: 1,
    changes: [{ next: { title: '杯', skus: [{ priceFen: 90 }] } }],
  });
  const fresh = applyImport([rowOf({ ...empty, spuCode: 'NEW', skuCode: 'NEW' })], known, making);
  t.match(fresh, { changes: [], problems: [{ field: 'title' }] });
  const stolen = applyImport([rowOf({ spuCode: 'OTHER' })], known, making);
  t.match(stolen.problems, [{ line: 2, field: 'skuCode' }]);
  t.end();
});

t.test('a row that is refused leaves nothing of it behind', (t) => {
  const rows = [rowOf(), rowOf({ skuCode: 'TWIN', title: '改' }, 3)];

  const { changes, problems } = applyImport(rows, nothing, making);

  t.match(problems, [{ line: 3, field: 'attributes' }]);
  t.match(changes, [{ next: { title: '杯' } }], 'the new title was part of the refused row');
  t.end();
});
