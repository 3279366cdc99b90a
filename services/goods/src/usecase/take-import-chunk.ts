import type { Clock, Ids } from '@app/kernel';
import { applyImport } from '../domain/apply-import.ts';
import { parseImportRow, type ImportRow, type RowProblem } from '../domain/import-row.ts';
import type { ImportBatch, ImportRepository } from '../repository.ts';
import type { CatalogueHints, CsvLine, ReadCsv } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly imports: Pick<ImportRepository, 'chunkToTake' | 'take'>;
  readonly readCsv: ReadCsv;
  readonly imageHosts: readonly string[];
  readonly hints: CatalogueHints;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Rows per transaction: few enough to keep locks short, enough to share one commit. */
const BATCH_ROWS = 100;

/**
 * Reads the chunk from its beginning and takes what is behind the rows that were taken before. Each
 * batch moves the count in its own transaction, so a crash at any point resumes at the row it left.
 */
export const createTakeImportChunk =
  ({ imports, readCsv, hints, ...deps }: Deps): Usecases['takeImportChunk'] =>
  async ({ importId, number, signal }) => {
    const chunk = await imports.chunkToTake({ importId, number });
    if (chunk === undefined) return;
    const key = { importId, number };
    let seen = 0;
    let from = chunk.rowsDone;
    let lines: CsvLine[] = [];

    const take = async (isLast: boolean): Promise<boolean> => {
      const batch = toBatch(lines, deps);
      lines = [];
      const changed = await imports.take({ ...key, ...batch, from, to: seen, isLast });
      if (changed === undefined) return false;
      from = seen;
      if (changed.length > 0) await hints.goodsChanged(changed);
      return true;
    };

    for await (const line of readCsv(chunk.csv)) {
      seen += 1;
      if (seen <= chunk.rowsDone) continue;
      lines.push(line);
      if (lines.length < BATCH_ROWS) continue;
      if (!(await take(false)) || signal?.aborted === true) return;
    }
    await take(true);
  };

type Decision = Pick<ImportBatch, 'spuCodes' | 'skuCodes' | 'categoryIds' | 'problems' | 'decide'>;

const toBatch = (
  lines: readonly CsvLine[],
  { imageHosts, clock, ids }: Pick<Deps, 'imageHosts' | 'clock' | 'ids'>,
): Decision => {
  const rows: ImportRow[] = [];
  const problems: RowProblem[] = [];
  for (const line of lines) {
    if (line.kind === 'broken') {
      problems.push({ line: line.line, field: line.field, reason: line.reason });
      continue;
    }
    const parsed = parseImportRow(line.line, line.fields, imageHosts);
    if ('row' in parsed) rows.push(parsed.row);
    else problems.push(parsed.problem);
  }
  const distinct = (values: readonly (string | undefined)[]): string[] =>
    [...new Set(values)].filter((value) => value !== undefined).sort();
  return {
    spuCodes: distinct(rows.map(({ spuCode }) => spuCode)),
    skuCodes: distinct(rows.map(({ skuCode }) => skuCode)),
    categoryIds: distinct(rows.map(({ categoryId }) => categoryId)),
    problems,
    decide: (known) => applyImport(rows, known, { nextId: () => ids.next(), nowMs: clock.nowMs() }),
  };
};
