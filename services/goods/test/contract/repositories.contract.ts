import type { Test } from 'tap';
import { applyImport } from '../../src/domain/apply-import.ts';
import { patchCategory } from '../../src/domain/category.ts';
import type { GoodsFact } from '../../src/domain/goods-fact.ts';
import { addSku, patchGoods, patchSku, unpublish } from '../../src/domain/goods.ts';
import { newImportView } from '../../src/domain/import-progress.ts';
import type { ImportRow } from '../../src/domain/import-row.ts';
import { termsOfKeyword } from '../../src/domain/search-terms.ts';
import { toAdminGoods } from '../../src/domain/views.ts';
import { goodsError } from '../../src/errors.ts';
import type { ImportBatch } from '../../src/repository.ts';
import {
  aCategory,
  aDraft,
  aSku,
  firstSku,
  ids,
  making,
  NOON_MS,
  published,
} from '../support/builders.ts';
import type { MemoryStore } from '../support/memory-store.ts';

export type Repositories = Omit<MemoryStore, 'facts'> & {
  /** The facts about goods, in the order of their commits. */
  factsOf(spuId: string): Promise<readonly GoodsFact[]>;
};

/** What every implementation of the storage ports must do. */
export const repositoriesContract = async (t: Test, build: () => Promise<Repositories>) => {
  const { goods, categories, catalogue, skus, imports, factsOf } = await build();
  const newCategory = (parent?: Parameters<typeof aCategory>[0]) => {
    const category = aCategory(parent);
    return categories.create(category, category);
  };
  const store = async (change: ReturnType<typeof aDraft>) => {
    await goods.create(change, null);
    return change.next;
  };
  const rename = (id: string, title: string) =>
    goods.update(id, (one) => patchGoods(one, { title }, NOON_MS + 1), toAdminGoods);

  await t.test('goods come back exactly as stored, with their facts', async (t) => {
    const change = aDraft(await newCategory(), {
      title: "o'b 杯 😀",
      description: '多行\n"引号"',
      skus: [aSku('M'), { ...aSku('L'), isOnSale: false }],
    });
    const mine = await store(change);

    t.same(await goods.find(mine.id), mine);
    t.equal(await goods.find(ids.next()), undefined);
    t.same(await factsOf(mine.id), change.facts);
    t.same(await goods.list({ categoryId: mine.categoryId, limit: 5 }), [mine]);
  });

  await t.test(
    'a change that throws leaves nothing, nor does one whose answer fails',
    async (t) => {
      const mine = await store(aDraft(await newCategory()));
      const failing = { complete: () => Promise.reject(new Error('lost')) };

      await t.rejects(
        goods.update(
          mine.id,
          () => {
            throw goodsError('GOODS_INCOMPLETE');
          },
          toAdminGoods,
        ),
        { code: 'GOODS_INCOMPLETE' },
      );
      await t.rejects(
        goods.update(
          mine.id,
          (one) => patchGoods(one, { title: '新' }, NOON_MS),
          toAdminGoods,
          failing,
        ),
        { message: 'lost' },
      );
      const unborn = aDraft(await newCategory());
      await t.rejects(goods.create(unborn, null, failing), { message: 'lost' });

      t.same(await goods.find(mine.id), mine);
      t.equal(await goods.find(unborn.next.id), undefined);
      t.equal((await factsOf(mine.id)).length, 1);
    },
  );

  await t.test('of 20 parallel changes each counts one version further', async (t) => {
    const mine = await store(aDraft(await newCategory()));

    const views = await Promise.all(
      Array.from({ length: 20 }, (_, index) => rename(mine.id, `第 ${index} 个`)),
    );

    t.same(
      views.map(({ version }) => version).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 2),
    );
    t.equal((await factsOf(mine.id)).length, 21);
  });

  await t.test('codes are taken once, and so are attributes within their goods', async (t) => {
    const category = await newCategory();
    const code = ids.next();
    const sku = { ...aSku(), code: ids.next() };
    const mine = await store(aDraft(category, { code, skus: [sku] }));

    await t.rejects(goods.create(aDraft(category, { code }), null), { code: 'GOODS_CODE_TAKEN' });
    const same = aDraft(category, { skus: [{ ...aSku('L'), code: sku.code }] });
    await t.rejects(goods.create(same, null), { code: 'SKU_CODE_TAKEN' });
    t.equal(await goods.find(same.next.id), undefined);
    // A state that the rules would not make: the store refuses it by itself.
    const twin = { ...firstSku(mine), id: ids.next(), code: ids.next() };
    const twins = { ...mine, version: 2, skus: [...mine.skus, twin] };
    await t.rejects(
      goods.update(mine.id, () => ({ next: twins, facts: [] }), toAdminGoods),
      { code: 'SKU_ATTRIBUTES_TAKEN' },
    );
    await t.rejects(goods.create(aDraft(aCategory()), null), { code: 'CATEGORY_NOT_FOUND' });
    await t.rejects(rename(ids.next(), '无'), { code: 'GOODS_NOT_FOUND' });
  });

  await t.test('of 20 who add the same SKU at once exactly one wins', async (t) => {
    const mine = await store(aDraft(await newCategory(), { skus: [] }));

    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        goods.update(mine.id, (one) => addSku(one, aSku(), making), toAdminGoods),
      ),
    );

    t.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    t.equal((await goods.find(mine.id))?.skus.length, 1);
  });

  await t.test(
    'only what is published is in the catalogue, under each category above',
    async (t) => {
      const root = await newCategory();
      const leaf = await newCategory(root);
      const other = await newCategory();
      await store(aDraft(leaf));
      const mine = await store(published(leaf));
      const idsOf = async (categoryId: string) =>
        (await catalogue.page({ categoryId, terms: [], limit: 5 })).items.map(({ id }) => id);

      t.same(await idsOf(root.id), [mine.id]);
      t.same(await idsOf(leaf.id), [mine.id]);
      t.equal((await catalogue.goods(mine.id))?.id, mine.id);

      await goods.update(
        mine.id,
        (one) => patchGoods(one, { category: other }, NOON_MS),
        toAdminGoods,
      );
      t.same([await idsOf(root.id), await idsOf(other.id)], [[], [mine.id]]);

      await goods.update(mine.id, (one) => unpublish(one, NOON_MS), toAdminGoods);
      t.same(await idsOf(other.id), []);
      t.equal(await catalogue.goods(mine.id), undefined);
    },
  );

  await t.test('a search finds what has every term, the best first, page by page', async (t) => {
    const category = await newCategory();
    const inName = await store(
      published(category, { title: '水壶', skus: [{ ...aSku(), name: '星河保温杯' }] }),
    );
    const older = await store(published(category, { title: '星河保温杯' }));
    const newer = await store(published(category, { title: '星河保温杯' }));
    await store(published(category, { title: '星河水壶' }));
    const terms = termsOfKeyword('星河保温');
    const query = { categoryId: category.id, terms, limit: 2 };

    const first = await catalogue.page(query);
    const second = await catalogue.page({ ...query, ...(first.next && { after: first.next }) });

    t.same(
      first.items.map(({ id }) => id),
      [newer.id, older.id],
    );
    t.same(
      second.items.map(({ id }) => id),
      [inName.id],
    );
    t.equal(second.next, null);
    const anywhere = await catalogue.page({ terms, limit: 5 });
    t.equal(anywhere.items.length, 3);
    await rename(older.id, '茶具');
    t.equal((await catalogue.page({ terms, limit: 5 })).items.length, 2);
  });

  await t.test('prices are those of now, for whatever state the goods are in', async (t) => {
    const mine = await store(aDraft(await newCategory()));
    const sku = firstSku(mine);
    await goods.update(
      mine.id,
      (one) => patchSku(one, sku.id, { priceFen: 1 }, NOON_MS),
      toAdminGoods,
    );

    const found = await skus.forSale([sku.id, ids.next()]);

    t.match(found, [
      { skuId: sku.id, spuId: mine.id, priceFen: 1, status: 'draft', isOnSale: true },
    ]);
    t.equal(found.length, 1);
  });

  await t.test('a category keeps its place, and goes only when nothing needs it', async (t) => {
    const root = await newCategory();
    const leaf = await newCategory(root);
    await store(aDraft(leaf));

    const renamed = await categories.update(root.id, (one) => patchCategory(one, { name: '新' }));

    t.match(renamed, { name: '新', version: 2, path: root.path });
    t.same(await categories.find(leaf.id), leaf);
    for (const { id } of [root, leaf])
      await t.rejects(categories.remove(id), { code: 'CATEGORY_NOT_EMPTY' });
    const empty = await newCategory();
    await categories.remove(empty.id);
    await t.rejects(categories.remove(empty.id), { code: 'CATEGORY_NOT_FOUND' });
    const orphan = { ...aCategory(), parentId: empty.id };
    await t.rejects(categories.create(orphan, null), { code: 'CATEGORY_NOT_FOUND' });
  });

  await t.test('a batch of an import is taken by one of many, with all it brings', async (t) => {
    const category = await newCategory();
    const importId = ids.next();
    const basics = { id: importId, name: 'a', chunkCount: 2 };
    const createdAt = new Date(NOON_MS).toISOString();
    const started = newImportView({ ...basics, createdAt });
    await imports.start({ ...basics, adminId: 'a', nowMs: NOON_MS }, started);
    const key = { importId, number: 1 };
    t.same(await imports.find(importId), started);
    t.equal(await imports.addChunk(key, 'csv', NOON_MS), 'added');
    t.equal(await imports.addChunk(key, 'csv', NOON_MS), 'known');
    t.equal(await imports.addChunk(key, 'other', NOON_MS), 'differs');
    const code = ids.next();
    const row: ImportRow = {
      line: 2,
      spuCode: code,
      skuCode: code,
      title: '杯',
      categoryId: category.id,
      skuName: '红',
      priceFen: 1,
    };
    const batch: ImportBatch = {
      ...key,
      from: 0,
      to: 2,
      isLast: false,
      spuCodes: [code],
      skuCodes: [code],
      categoryIds: [category.id],
      problems: [{ line: 3, field: 'priceFen', reason: '坏' }],
      decide: (known) => applyImport([row], known, making),
    };

    const ends = await Promise.all(Array.from({ length: 10 }, () => imports.take(batch)));

    t.equal(ends.filter((end) => end !== undefined).length, 1);
    t.match(await imports.find(importId), { rowsDone: 2, rowsCreated: 1, rowsFailed: 1 });
    t.match(await imports.chunkToTake(key), { rowsDone: 2, csv: 'csv' });
    t.match(await imports.waiting(NOON_MS + 1, 5), [key]);
    t.same(await imports.waiting(NOON_MS, 5), []);
    const end = { ...batch, from: 2, isLast: true, problems: [] };
    t.same(await imports.take(end), [], 'the same row again changes nothing');
    t.match(await imports.find(importId), { rowsCreated: 1, rowsUpdated: 1, chunksDone: 1 });
    t.equal(await imports.chunkToTake(key), undefined);
    t.same(await imports.problems(importId, { limit: 5 }), [
      { chunk: 1, line: 3, field: 'priceFen', reason: '坏' },
    ]);
    const behind = { limit: 5, after: { chunk: 1, line: 3 } };
    t.same(await imports.problems(importId, behind), []);
  });
};
