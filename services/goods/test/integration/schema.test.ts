import { compareTables, introspect, type Compilable, type Database } from '@app/mysql';
import { sql, type RawBuilder } from 'kysely';
import t from 'tap';
import { termsOf, termsOfKeyword } from '../../src/domain/search-terms.ts';
import { toSkuRow, toSpuRow } from '../../src/repository/repo/goods-rows.ts';
import { lockSpusByCode, selectSkus } from '../../src/repository/repo/load-goods.ts';
import {
  selectMatches,
  selectNewest,
  selectOfCategory,
} from '../../src/repository/repo/mysql-catalogue.ts';
import { selectForSale } from '../../src/repository/repo/mysql-sku-reader.ts';
import { columns, type Tables } from '../../src/repository/repo/tables.ts';
import { aCategory, firstSku, published } from '../support/builders.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

t.test('tables.ts tells what the migrations made', async (t) => {
  const { db } = await createMysqlStore(t, await migratedDatabase(t));

  t.same(compareTables(await introspect(db.write), columns), []);
});

const GOODS = 10_000;
const PER_INSERT = 500;

/** Ten thousand goods in a hundred categories; every tenth is a cup. */
const fill = async ({ write }: Database<Tables>, parents: ReturnType<typeof aCategory>[]) => {
  const all = Array.from({ length: GOODS }, (_, index) => {
    const title = `${index % 10 === 0 ? '保温杯' : '茶壶'} ${index}`;
    return published(parents[index % parents.length]!, { title }).next;
  });
  for (let from = 0; from < GOODS; from += PER_INSERT) {
    const part = all.slice(from, from + PER_INSERT);
    await write.insertInto('spu').values(part.map(toSpuRow)).execute();
    await write
      .insertInto('sku')
      .values(part.flatMap((one) => one.skus.map((sku) => toSkuRow(one, sku))))
      .execute();
    const terms = part.flatMap((one) =>
      [...termsOf(one)].map(([term, weight]) => ({ term, spu_id: one.id, weight })),
    );
    for (let at = 0; at < terms.length; at += 2000)
      await write
        .insertInto('spu_term')
        .values(terms.slice(at, at + 2000))
        .execute();
  }
  return all;
};

interface Step {
  readonly table: string;
  readonly key: string | null;
  readonly rows: number;
  readonly Extra: string | null;
}

t.test('with 10,000 goods the hot queries go by an index', { timeout: 120_000 }, async (t) => {
  const database = await migratedDatabase(t);
  const { db, categories, catalogue } = await createMysqlStore(t, database);
  const root = aCategory();
  const parents = Array.from({ length: 100 }, () => aCategory(root));
  for (const category of [root, ...parents]) await categories.create(category, null);
  const all = await fill(db, parents);
  await database.sql('analyze table spu, sku, spu_term, category');
  const explain = async (query: Compilable | RawBuilder<unknown>): Promise<readonly Step[]> => {
    const compiled = 'toOperationNode' in query ? query.compile(db.write) : undefined;
    const { sql: text, parameters } = compiled ?? (query as Compilable).compile();
    const { rows } = await sql.raw<Step>(`explain ${inline(text, parameters)}`).execute(db.write);
    return rows;
  };
  const keysOf = (steps: readonly Step[]) =>
    steps.filter(({ table }) => !table.startsWith('<')).map(({ key }) => key);
  const page = { terms: [], limit: 20 };

  const newest = await explain(selectNewest(db.write, page));
  t.same(keysOf(newest), ['ix_spu_status']);
  t.notMatch(newest[0]?.Extra ?? '', /filesort/);
  const after = { id: all[5000]!.id };
  t.same(keysOf(await explain(selectNewest(db.write, { ...page, after }))), ['ix_spu_status']);

  const below = await explain(selectOfCategory(root.id, page));
  t.same(keysOf(below), ['PRIMARY', 'PRIMARY'], 'a category that holds everything');
  const picked = below.find(({ table }) => table === 'spu_term');
  t.notMatch(picked?.Extra ?? '', /filesort/);

  const search = { terms: termsOfKeyword('保温杯 770'), categoryId: root.id, limit: 20 };
  const matches = await explain(selectMatches(search));
  for (const key of keysOf(matches)) t.ok(key !== null, 'no table is scanned');
  const found = await catalogue.page(search);
  t.same(
    found.items.map(({ title }) => title),
    ['保温杯 770', '保温杯 7700'],
    'the whole word before the beginning of one',
  );

  const [one] = all;
  t.same(keysOf(await explain(selectForSale(db.write, [firstSku(one!).id]))), [
    'PRIMARY',
    'PRIMARY',
  ]);
  t.same(keysOf(await explain(selectSkus(db.write, [one!.id]))), ['uk_sku_spu_id_attributes_hash']);
  t.same(keysOf(await explain(lockSpusByCode(db.write, [one!.code]))), ['uk_spu_code']);
});

/** The statement with its parameters in place; for `explain` in a test only. */
const inline = (text: string, parameters: readonly unknown[]): string => {
  let next = 0;
  return text.replaceAll('?', () => {
    const value = parameters[next++];
    return typeof value === 'number' ? String(value) : `'${String(value)}'`;
  });
};
