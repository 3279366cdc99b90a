import { compileSnapshot, createCompiler } from '@app/mysql';
import t from 'tap';
import {
  lockSpu,
  lockSpusByCode,
  selectPaths,
  selectSkus,
} from '../../../src/repository/repo/load-goods.ts';
import {
  selectMatches,
  selectNewest,
  selectOfCategory,
} from '../../../src/repository/repo/mysql-catalogue.ts';
import { selectList } from '../../../src/repository/repo/mysql-goods-repository.ts';
import { selectForSale } from '../../../src/repository/repo/mysql-sku-reader.ts';
import type { Tables } from '../../../src/repository/repo/tables.ts';

const db = createCompiler<Tables>();
const id = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';
const page = { terms: [], limit: 20 };

t.test('the SQL that runs is the SQL that was reviewed', async (t) => {
  const matches = selectMatches({
    terms: ['t:保温', 't:温杯'],
    categoryId: id,
    limit: 20,
    after: { id, score: 48 },
  });
  const ofCategory = selectOfCategory(id, { ...page, after: { id } });
  const queries = {
    lockSpu: lockSpu(db, id),
    lockSpusByCode: lockSpusByCode(db, ['CUP-1', 'CUP-2']),
    selectSkus: selectSkus(db, [id]),
    selectPaths: selectPaths(db, [id]),
    selectList: selectList(db, { status: 'draft', categoryId: id, beforeId: id, limit: 21 }),
    selectNewest: selectNewest(db, { ...page, after: { id } }),
    selectOfCategory: { compile: () => ofCategory.compile(db) },
    selectMatches: { compile: () => matches.compile(db) },
    selectForSale: selectForSale(db, [id]),
  };
  for (const [name, query] of Object.entries(queries)) {
    t.matchSnapshot(compileSnapshot(query), name);
  }
});
