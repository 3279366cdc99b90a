import type { GoodsImport } from '@app/contracts';
import { sha256Hex } from '@app/kernel';
import type { GoodsToSave } from '../../src/domain/apply-import.ts';
import type { Category } from '../../src/domain/category.ts';
import type { Goods } from '../../src/domain/goods.ts';
import { importProgress } from '../../src/domain/import-progress.ts';
import { goodsError } from '../../src/errors.ts';
import type { ImportRepository } from '../../src/repository.ts';

interface Chunk {
  csv: string | undefined;
  readonly hash: string;
  readonly receivedAtMs: number;
  rowsDone: number;
  rowsCreated: number;
  rowsUpdated: number;
  rowsFailed: number;
}

export interface Import {
  readonly basics: Pick<GoodsImport, 'id' | 'name' | 'chunkCount' | 'createdAt'>;
  readonly chunks: Map<number, Chunk>;
  readonly problems: { chunk: number; line: number; field: string; reason: string }[];
}

interface ImportDeps {
  readonly imports: Map<string, Import>;
  readonly goods: ReadonlyMap<string, Goods>;
  readonly tree: ReadonlyMap<string, Category>;
  readonly save: (change: GoodsToSave) => void;
  readonly oneByOne: <R>(work: () => Promise<R>) => Promise<R>;
}

/** Imports without a database. */
export const createMemoryImports = ({
  imports,
  goods,
  tree,
  save,
  oneByOne,
}: ImportDeps): ImportRepository => ({
  start: async ({ id, name, chunkCount, nowMs }, result, operation) => {
    await operation?.complete(undefined, result);
    const createdAt = new Date(nowMs).toISOString();
    imports.set(id, {
      basics: { id, name, chunkCount, createdAt },
      chunks: new Map(),
      problems: [],
    });
    return result;
  },
  find: (id) => {
    const found = imports.get(id);
    if (found === undefined) return Promise.resolve(undefined);
    const chunks = [...found.chunks].map(([number, chunk]) => ({
      ...chunk,
      number,
      isDone: chunk.csv === undefined,
    }));
    return Promise.resolve(importProgress(found.basics, chunks));
  },
  addChunk: async ({ importId, number }, csv, nowMs) => {
    await Promise.resolve();
    const found = imports.get(importId);
    if (found === undefined) throw goodsError('GOODS_IMPORT_NOT_FOUND');
    const known = found.chunks.get(number);
    const hash = sha256Hex(csv);
    if (known !== undefined) return known.hash === hash ? 'known' : 'differs';
    const counts = { rowsDone: 0, rowsCreated: 0, rowsUpdated: 0, rowsFailed: 0 };
    found.chunks.set(number, { csv, hash, receivedAtMs: nowMs, ...counts });
    return 'added';
  },
  chunkToTake: ({ importId, number }) => {
    const chunk = imports.get(importId)?.chunks.get(number);
    if (chunk?.csv === undefined) return Promise.resolve(undefined);
    return Promise.resolve({ importId, number, csv: chunk.csv, rowsDone: chunk.rowsDone });
  },
  waiting: (beforeMs, limit) =>
    Promise.resolve(
      [...imports]
        .flatMap(([importId, { chunks }]) =>
          [...chunks]
            .filter(([, { csv, receivedAtMs }]) => csv !== undefined && receivedAtMs < beforeMs)
            .map(([number]) => ({ importId, number })),
        )
        .slice(0, limit),
    ),
  take: (batch) =>
    oneByOne(async () => {
      await Promise.resolve();
      const found = imports.get(batch.importId);
      const chunk = found?.chunks.get(batch.number);
      if (found === undefined || chunk?.csv === undefined || chunk.rowsDone !== batch.from)
        return undefined;
      const owned = [...goods.values()].flatMap(({ id, skus }) =>
        skus.map(({ code }) => [code, id] as const),
      );
      const outcome = batch.decide({
        bySpuCode: new Map([...goods.values()].map((one) => [one.code, one])),
        spuIdBySkuCode: new Map(owned),
        categories: tree,
      });
      for (const change of outcome.changes) save(change);
      const problems = [...batch.problems, ...outcome.problems];
      found.problems.push(...problems.map((problem) => ({ chunk: batch.number, ...problem })));
      chunk.rowsDone = batch.to;
      chunk.rowsCreated += outcome.rowsCreated;
      chunk.rowsUpdated += outcome.rowsUpdated;
      chunk.rowsFailed += problems.length;
      if (batch.isLast) chunk.csv = undefined;
      return outcome.changes
        .filter(({ next }) => next.status === 'published')
        .map(({ next }) => next.id);
    }),
  problems: (importId, { limit, after = { chunk: 0, line: 0 } }) =>
    Promise.resolve(
      [...(imports.get(importId)?.problems ?? [])]
        .sort((left, right) => left.chunk - right.chunk || left.line - right.line)
        .filter(
          ({ chunk, line }) => chunk > after.chunk || (chunk === after.chunk && line > after.line),
        )
        .slice(0, limit),
    ),
});
