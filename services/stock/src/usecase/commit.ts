import type { StockLedger } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly ledger: StockLedger;
}

export const createCommit =
  ({ ledger }: Deps): Usecases['commit'] =>
  async ({ orderNo }) => ({ orderNo, ...(await ledger.run({ kind: 'commit', orderNo })) });
