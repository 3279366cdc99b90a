import type { StockDifference } from '@app/contracts';
import type { StockAuditor } from '../repository.ts';
import type { AuditReport } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly auditor: Pick<StockAuditor, 'audit'>;
  readonly report: AuditReport;
}

const PAGE = 256;
const DIFFERENCES_SHOWN_MAX = 100;

export const createAuditStock =
  ({ auditor, report }: Deps): Usecases['auditStock'] =>
  async () => {
    const differences: StockDifference[] = [];
    let skus = 0;
    let after: string | null = null;
    do {
      const page = await auditor.audit(after, PAGE);
      skus += page.skus;
      differences.push(...page.differences);
      after = page.next;
    } while (after !== null);
    report.found(differences.length);
    return {
      skus,
      differenceCount: differences.length,
      differences: differences.slice(0, DIFFERENCES_SHOWN_MAX),
    };
  };
