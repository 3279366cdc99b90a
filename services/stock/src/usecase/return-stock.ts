import type { ReturnedLine } from '../domain/command.ts';
import { mergeLines } from '../domain/stock.ts';
import type { StockLedger } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly ledger: StockLedger;
}

const qualities = ['sellable', 'damaged'] as const;

export const createReturnStock =
  ({ ledger }: Deps): Usecases['returnStock'] =>
  async ({ orderNo, refundNo, lines: asked }) => {
    const lines = qualities.flatMap((quality): readonly ReturnedLine[] =>
      mergeLines(asked.filter((line) => (line.quality ?? 'sellable') === quality)).map((line) => ({
        ...line,
        quality,
      })),
    );
    await ledger.run({ kind: 'return', orderNo, refundNo, lines });
    return { orderNo, refundNo };
  };
