import type { StockDifference } from '@app/contracts';
import type { StockAuditor } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly auditor: StockAuditor;
}

const PAGE = 256;
const DIFFERENCES_SHOWN_MAX = 100;

/** Differences that the ledger can decide. What the reservations say is for a person to look at. */
const isOfBalance = ({ rule }: StockDifference): boolean =>
  rule === 'onHandIsLedger' || rule === 'reservedIsLedger';

export const createRebuildStock =
  ({ auditor }: Deps): Usecases['rebuildStock'] =>
  async ({ dryRun }) => {
    const differences: StockDifference[] = [];
    let skus = 0;
    let after: string | null = null;
    do {
      const page = await auditor.audit(after, PAGE);
      skus += page.skus;
      const wrong = page.differences.filter(isOfBalance);
      differences.push(...wrong);
      if (!dryRun) {
        for (const skuId of new Set(wrong.map((difference) => difference.skuId))) {
          await auditor.rebuild(skuId);
        }
      }
      after = page.next;
    } while (after !== null);
    return {
      skus,
      differenceCount: differences.length,
      differences: differences.slice(0, DIFFERENCES_SHOWN_MAX),
    };
  };
