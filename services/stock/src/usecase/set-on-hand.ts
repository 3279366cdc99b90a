import { assert, type Ids } from '@app/kernel';
import type { StockLedger, StockReader } from '../repository.ts';
import type { StockHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly ledger: StockLedger;
  readonly reader: Pick<StockReader, 'findItem'>;
  readonly hints: StockHints;
  readonly ids: Ids;
}

export const createSetOnHand =
  ({ ledger, reader, hints, ids }: Deps): Usecases['setOnHand'] =>
  async ({ skuId, onHand, expectedOnHand, reason = '', adminId }) => {
    await ledger.run({
      kind: 'setOnHand',
      skuId,
      onHand,
      expectedOnHand,
      ref: ids.next(),
      note: reason === '' ? `admin ${adminId}` : `${reason} (admin ${adminId})`,
    });
    // Told before we answer, so that whoever knows of the change does not meet the old number.
    await hints.changed([skuId]);
    const item = await reader.findItem(skuId);
    assert(item !== undefined, 'stock that was set has a row');
    return item;
  };
