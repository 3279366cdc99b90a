import type { StockDifference } from '@app/contracts';

/** What the parts of the schema say about one SKU, all at one moment. */
export interface Accounts {
  readonly skuId: string;
  /** The balance. */
  readonly onHand: number;
  readonly reserved: number;
  /** The sums of the ledger. */
  readonly ledgerOnHand: number;
  readonly ledgerReserved: number;
  /** What the newest line of the ledger left. */
  readonly lastOnHand: number;
  readonly lastReserved: number;
  /** The sum of the lines of held reservations. */
  readonly held: number;
}

/** Everything that does not agree. */
export const findDifferences = (accounts: Accounts): readonly StockDifference[] => {
  const { skuId, onHand, reserved } = accounts;
  const rules: readonly Omit<StockDifference, 'skuId'>[] = [
    { rule: 'onHandIsLedger', expected: accounts.ledgerOnHand, found: onHand },
    { rule: 'reservedIsLedger', expected: accounts.ledgerReserved, found: reserved },
    { rule: 'reservedIsHeld', expected: accounts.held, found: reserved },
    { rule: 'lastMovementIsBalance', expected: accounts.lastOnHand, found: onHand },
    { rule: 'lastMovementIsBalance', expected: accounts.lastReserved, found: reserved },
  ];
  return rules
    .filter(({ expected, found }) => expected !== found)
    .map((difference) => ({ skuId, ...difference }));
};
