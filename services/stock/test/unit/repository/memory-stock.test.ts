import t from 'tap';
import { stockLedgerContract } from '../../contract/stock-ledger.contract.ts';
import { createMemoryStock } from '../../support/memory-stock.ts';

await stockLedgerContract(t, (_, clock) => Promise.resolve(createMemoryStock(clock)));
