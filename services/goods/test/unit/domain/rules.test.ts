import fc from 'fast-check';
import t from 'tap';
import { newCategory, patchCategory, toTree } from '../../../src/domain/category.ts';
import { fromCursor, toCursor } from '../../../src/domain/cursor.ts';
import { demoCategories, demoGoods } from '../../../src/domain/demo-goods.ts';
import { imageProblems } from '../../../src/domain/image-hosts.ts';
import { importProgress } from '../../../src/domain/import-progress.ts';
import { countThatFits } from '../../../src/domain/page-budget.ts';
import { aCategory, ids } from '../../support/builders.ts';

t.test('a cursor comes back as it was, and nothing else is one', (t) => {
  for (const place of [{ id: ids.next() }, { id: ids.next(), score: 48 }]) {
    t.same(fromCursor(toCursor(place)), place);
    t.match(toCursor(place), /^[A-Za-z0-9]+$/, 'needs no escaping in a URL');
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const place = fromCursor(text);
      return place === undefined || toCursor(place) === text;
    }),
  );
  t.end();
});

t.test('pictures are https, on an allowed host, without port or password', (t) => {
  const allowed = ['img.example.com', '*.myqcloud.com'];
  const good = ['https://img.example.com/a', 'https://a.cos.ap-gz.myqcloud.com/b.png?x=1'];
  const bad = [
    'http://img.example.com/a',
    'https://img.example.com:8443/a',
    'https://u:p@img.example.com/a',
    'https://img.example.com.evil.org/a',
    'https://evil-myqcloud.com/a',
    'https://myqcloud.com/a',
    'https://',
    'nothing',
  ];

  t.same(imageProblems(good, allowed), []);
  t.equal(imageProblems(bad, allowed).length, bad.length);
  t.end();
});

t.test('a page stops before it grows too large, but never at nothing', (t) => {
  t.equal(countThatFits([5, 5, 5], 10), 2);
  t.equal(countThatFits([50, 5], 10), 1);
  t.equal(countThatFits([1, 2], 10), 2);
  t.equal(countThatFits([], 10), 0);
  t.end();
});

t.test('a category has three levels at most, and its siblings are in order', (t) => {
  const root = aCategory();
  const middle = newCategory({ name: ' 中 ', sort: 2 }, root, ids.next());
  const first = newCategory({ name: '先', sort: 1 }, root, ids.next());
  const leaf = newCategory({ name: '叶' }, middle, ids.next());

  t.equal(middle.name, '中');
  t.throws(() => newCategory({ name: '深' }, leaf, ids.next()), { code: 'CATEGORY_TOO_DEEP' });
  const [tree] = toTree([leaf, middle, first, root]);
  t.same(
    tree?.children.map(({ name, children }) => [name, children.length]),
    [
      ['先', 0],
      ['中', 1],
    ],
  );
  t.equal(patchCategory(root, { name: root.name }), root, 'nothing changed');
  t.throws(() => patchCategory(root, { sort: 1, version: 9 }), { code: 'GOODS_VERSION_CONFLICT' });
  t.end();
});

t.test('an import is done when every chunk is here and taken', (t) => {
  const basics = { id: ids.next(), name: 'a', chunkCount: 2, createdAt: '' };
  const chunk = (number: number, isDone: boolean) => ({
    number,
    isDone,
    rowsDone: 3,
    rowsCreated: 1,
    rowsUpdated: 1,
    rowsFailed: 1,
  });

  t.match(importProgress(basics, [chunk(2, true)]), { status: 'receiving', missingChunks: [1] });
  const processing = importProgress(basics, [chunk(1, false), chunk(2, true)]);
  t.match(processing, { status: 'processing', chunksDone: 1, rowsDone: 6 });
  t.match(importProgress(basics, [chunk(1, true), chunk(2, true)]), { status: 'done' });
  t.end();
});

t.test('the demonstration has valid, distinct ids', (t) => {
  const all = [...demoCategories.map(({ id }) => id), ...demoGoods.flatMap((one) => one.ids)];

  for (const id of all) t.match(id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  t.equal(new Set(all).size, all.length);
  t.equal(demoGoods.length, 20);
  t.end();
});
