import { sha256Hex, canonicalJson } from '@app/kernel';
import fc from 'fast-check';
import t from 'tap';
import { attributesKey } from '../../../src/domain/attributes.ts';
import {
  addSku,
  archive,
  patchGoods,
  patchSku,
  publish,
  SKUS_MAX,
  unpublish,
} from '../../../src/domain/goods.ts';
import { goodsTransitions, nextStatus } from '../../../src/domain/goods-state.ts';
import { priceLines } from '../../../src/domain/snapshot.ts';
import { toPublicGoods } from '../../../src/domain/views.ts';
import {
  aCategory,
  aDraft,
  aSku,
  firstSku,
  ids,
  making,
  NOON_MS,
  published,
} from '../../support/builders.ts';

const category = aCategory();
const NOW = NOON_MS + 1;

t.test('every state can be reached, and archived is the end', (t) => {
  const reached = new Set(['draft']);
  for (const targets of Object.values(goodsTransitions))
    for (const target of Object.values(targets)) reached.add(target);

  t.same([...reached].sort(), Object.keys(goodsTransitions).sort());
  for (const event of ['publish', 'unpublish', 'edit'] as const)
    t.throws(() => nextStatus('archived', event), { code: 'GOODS_ILLEGAL_TRANSITION' });
  t.end();
});

t.test('goods without a picture or a SKU on sale are not published', (t) => {
  const incomplete = [
    aDraft(category, { images: [] }),
    aDraft(category, { skus: [] }),
    aDraft(category, { skus: [{ ...aSku(), isOnSale: false }] }),
  ];

  for (const { next } of incomplete)
    t.throws(() => publish(next, NOW), { code: 'GOODS_INCOMPLETE' });
  t.end();
});

t.test('what is published stays complete, whatever is changed', (t) => {
  const { next } = published(category);

  t.throws(() => patchGoods(next, { images: [] }, NOW), { code: 'GOODS_INCOMPLETE' });
  t.throws(() => patchSku(next, firstSku(next).id, { isOnSale: false }, NOW), {
    code: 'GOODS_INCOMPLETE',
  });
  t.end();
});

t.test('publishing, unpublishing and archiving twice changes nothing and tells nobody', (t) => {
  const live = published(category).next;
  for (const change of [publish, unpublish, archive]) {
    const once = change(live, NOW).next;
    t.same(change(once, NOW + 1), { next: once, facts: [] });
  }
  t.end();
});

t.test('a change to what is there already is none', (t) => {
  const { next } = aDraft(category);
  const { title, images } = next;
  const sku = firstSku(next);

  t.equal(patchGoods(next, { title: ` ${title} `, images, category }, NOW).next, next);
  const reordered = Object.fromEntries(Object.entries(sku.attributes).reverse());
  t.equal(patchSku(next, sku.id, { attributes: reordered }, NOW).next, next);
  t.end();
});

t.test('a SKU cannot take the attributes of another, nor an unknown one change', (t) => {
  const { next } = aDraft(category, { skus: [aSku('M'), aSku('L')] });
  const [m, l] = next.skus;

  t.throws(() => patchSku(next, l!.id, { attributes: m!.attributes }, NOW), {
    code: 'SKU_ATTRIBUTES_TAKEN',
    data: { skuId: m!.id },
  });
  t.throws(() => patchSku(next, ids.next(), {}, NOW), { code: 'SKU_NOT_FOUND' });
  t.throws(() => patchSku(next, m!.id, { version: 2 }, NOW), { code: 'GOODS_VERSION_CONFLICT' });
  t.end();
});

t.test('goods have a hundred SKUs at most', (t) => {
  const skus = Array.from({ length: SKUS_MAX }, (_, index) => aSku(String(index)));
  const full = aDraft(category, { skus }).next;

  t.throws(() => addSku(full, aSku('more'), making), { code: 'SKU_LIMIT_REACHED' });
  t.end();
});

t.test('shoppers see SKUs that are on sale, of goods that are published', (t) => {
  const skus = [aSku('M'), { ...aSku('L'), isOnSale: false }];

  t.equal(toPublicGoods(aDraft(category, { skus }).next), undefined);
  const view = toPublicGoods(published(category, { skus }).next);
  t.same(
    view?.skus.map(({ name }) => name),
    ['红色 M'],
  );
  t.end();
});

t.test('a combination of attributes has one key, however it is written', (t) => {
  const word = fc.stringMatching(/^[a-z颜色]{1,8}$/);
  fc.assert(
    fc.property(fc.dictionary(word, word, { maxKeys: 8 }), (attributes) => {
      const shuffled = Object.entries(attributes)
        .reverse()
        .map(([name, value]) => [` ${name}`, `${value} `]);
      return attributesKey(attributes) === attributesKey(Object.fromEntries(shuffled));
    }),
  );
  t.not(attributesKey({ a: 'b' }), attributesKey({ a: 'c' }));
  t.end();
});

t.test('the hash of a line covers exactly what an order keeps', (t) => {
  const sku = {
    skuId: ids.next(),
    spuId: ids.next(),
    title: '杯',
    skuName: '红',
    attributes: { 颜色: '红' },
    image: 'https://img.example.com/a.png',
    priceFen: 100,
  };
  const forSale = { ...sku, isOnSale: true, status: 'published' as const };

  const [line] = priceLines([{ skuId: sku.skuId, quantity: 3 }], [forSale]);

  t.same(line, { ...sku, quantity: 3, snapshotHash: sha256Hex(canonicalJson(sku)) });
  const offSale = { ...forSale, isOnSale: false };
  t.throws(() => priceLines([{ skuId: sku.skuId, quantity: 1 }], [offSale]), {
    code: 'SKU_NOT_FOR_SALE',
    data: { skus: [{ skuId: sku.skuId, reason: 'notOnSale' }] },
  });
  t.end();
});
