import { goods } from '@app/contracts';
import type { Host } from '@app/runtime';
import { eventually } from '@app/testing';
import { ids } from './builders.ts';
import { asAdmin, type Suite } from './goods-node.ts';

const { actions } = goods;

export const startImport = (node: Host, chunkCount: number) =>
  node.call(
    actions.startImport,
    { name: 'spring.csv', chunkCount },
    { ...asAdmin, idempotencyKey: ids.next() },
  );

export const sendChunk = (node: Host, id: string, number: number, csv: string) =>
  node.call(
    actions.addImportChunk,
    { id, number, csv },
    { ...asAdmin, idempotencyKey: ids.next() },
  );

export const untilDone = (node: Host, id: string, withinMs = 30_000) =>
  eventually(
    async () => {
      const progress = await node.call(actions.getImport, { id }, asAdmin);
      if (progress.status !== 'done') throw new Error(JSON.stringify(progress));
      return progress;
    },
    { withinMs, everyMs: 100 },
  );

export const rowsOf = async ({ database }: Suite, statement: string) => {
  const [row] = await database.sql(statement);
  return row;
};
