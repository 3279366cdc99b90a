import type { GoodsImport } from '@app/contracts';

/** What is known of one chunk that was received. */
export interface ChunkProgress {
  readonly number: number;
  readonly isDone: boolean;
  readonly rowsDone: number;
  readonly rowsCreated: number;
  readonly rowsUpdated: number;
  readonly rowsFailed: number;
}

type Basics = Pick<GoodsImport, 'id' | 'name' | 'chunkCount' | 'createdAt'>;

const MISSING_TOLD_MAX = 100;

/** How far an import is follows from its chunks. */
export const importProgress = (basics: Basics, chunks: readonly ChunkProgress[]): GoodsImport => {
  const received = new Set(chunks.map(({ number }) => number));
  const all = Array.from({ length: basics.chunkCount }, (_, index) => index + 1);
  const missing = all.filter((number) => !received.has(number));
  const chunksDone = chunks.filter(({ isDone }) => isDone).length;
  const sum = (key: 'rowsDone' | 'rowsCreated' | 'rowsUpdated' | 'rowsFailed'): number =>
    chunks.reduce((total, chunk) => total + chunk[key], 0);
  return {
    ...basics,
    status: statusOf(missing.length, chunksDone === chunks.length),
    chunksReceived: received.size,
    chunksDone,
    missingChunks: missing.slice(0, MISSING_TOLD_MAX),
    rowsDone: sum('rowsDone'),
    rowsCreated: sum('rowsCreated'),
    rowsUpdated: sum('rowsUpdated'),
    rowsFailed: sum('rowsFailed'),
  };
};

const statusOf = (missing: number, areAllDone: boolean): GoodsImport['status'] => {
  if (missing > 0) return 'receiving';
  return areAllDone ? 'done' : 'processing';
};

export const newImportView = (basics: Basics): GoodsImport => importProgress(basics, []);
