import t from 'tap';
import type { ImportRepository } from '../../../src/repository.ts';
import { createAddImportChunk } from '../../../src/usecase/add-import-chunk.ts';
import { createGetImport } from '../../../src/usecase/get-import.ts';
import { createListImportProblems } from '../../../src/usecase/list-import-problems.ts';
import { createStartImport } from '../../../src/usecase/start-import.ts';
import { createSweepImports } from '../../../src/usecase/sweep-imports.ts';
import { createTakeImportChunk } from '../../../src/usecase/take-import-chunk.ts';
import { buildDeps } from '../../support/build-deps.ts';
import { aCategory, ids } from '../../support/builders.ts';
import { csvRows, toCsv } from '../../support/csv.ts';

const build = async (rows: number) => {
  const deps = buildDeps();
  const category = aCategory();
  await deps.categories.create(category, null);
  const start = createStartImport(deps);
  const { id } = await start({ params: { name: 'a', chunkCount: 1 }, adminId: 'a' });
  const csv = toCsv(csvRows(category.id, 0, rows));
  const add = createAddImportChunk(deps);
  await add({ id, number: 1, csv });
  return { deps, id, csv, add, take: createTakeImportChunk(deps) };
};

t.test('a crash between two batches resumes at the row it left', async (t) => {
  const { deps, id, take } = await build(250);
  const takenFrom: number[] = [];
  let left = 2;
  const dying: ImportRepository = {
    ...deps.imports,
    take: (batch) => {
      takenFrom.push(batch.from);
      left -= 1;
      return left < 0 ? Promise.reject(new Error('killed')) : deps.imports.take(batch);
    },
  };
  const dyingTake = createTakeImportChunk({ ...deps, imports: dying });

  await t.rejects(dyingTake({ importId: id, number: 1 }), { message: 'killed' });
  t.match(await deps.imports.find(id), { rowsDone: 200, status: 'processing' });
  left = Infinity;
  await dyingTake({ importId: id, number: 1 });

  t.same(takenFrom, [0, 100, 200, 200]);
  t.match(await deps.imports.find(id), { rowsDone: 250, rowsCreated: 250, status: 'done' });
  await take({ importId: id, number: 1 });
  t.match(
    await deps.imports.find(id),
    { rowsDone: 250, rowsUpdated: 0 },
    'a late job does nothing',
  );
});

t.test('a worker that must stop leaves after the batch in hand', async (t) => {
  const { deps, id, take } = await build(250);

  await take({ importId: id, number: 1, signal: AbortSignal.abort() });

  t.match(await deps.imports.find(id), { rowsDone: 100, status: 'processing' });
});

t.test('of two workers on one chunk every batch is taken by one', async (t) => {
  const { deps, id, take } = await build(250);

  await Promise.all([take({ importId: id, number: 1 }), take({ importId: id, number: 1 })]);

  await take({ importId: id, number: 1 });
  t.match(await deps.imports.find(id), { rowsDone: 250, rowsCreated: 250, rowsUpdated: 0 });
});

t.test('a chunk that waits for long gets its job again, a fresh one does not', async (t) => {
  const { deps, id } = await build(1);
  const sweep = createSweepImports(deps);
  t.same(deps.jobIds, [`${id}-1`]);

  deps.jobIds.length = 0; // Redis was wiped
  t.equal(await sweep(), 0);
  deps.clock.advance(5001);
  t.equal(await sweep(), 1);
  t.equal(await sweep(), 0, 'it is on its way');
});

t.test('a chunk is refused by field: too large, or beyond what was announced', async (t) => {
  const { add, id } = await build(1);
  const invalid = (field: string) => ({
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field }] },
  });

  await t.rejects(add({ id, number: 1, csv: '字'.repeat(200_000) }), invalid('csv'));
  await t.rejects(add({ id, number: 2, csv: 'x' }), invalid('number'));
  await t.rejects(add({ id, number: 1, csv: 'x' }), { code: 'GOODS_IMPORT_CHUNK_DIFFERS' });
  const unknown = { id: ids.next(), number: 1, csv: 'x' };
  await t.rejects(add(unknown), { code: 'GOODS_IMPORT_NOT_FOUND' });
});

t.test('an import that nobody began is not found, a foreign cursor refused', async (t) => {
  const { deps, id } = await build(1);
  const problems = createListImportProblems(deps);

  const unknown = { id: ids.next() };
  const notFound = { code: 'GOODS_IMPORT_NOT_FOUND' };
  await t.rejects(createGetImport(deps)(unknown), notFound);
  await t.rejects(problems(unknown), notFound);
  await t.rejects(problems({ id, cursor: 'x' }), { code: 'VALIDATION_FAILED' });
});
