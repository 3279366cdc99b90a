import { stock } from '@app/contracts';
import type { HintSender } from '@app/runtime';
import type { StockHints } from '../../service.ts';

export const createBroadcastStockHints = (hint: HintSender): StockHints => ({
  changed: (skuIds) => hint(stock.hints.changed, { skuIds: [...skuIds] }),
});
