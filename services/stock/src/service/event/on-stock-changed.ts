import { stock } from '@app/contracts';
import { onHint, type HintSubscription } from '@app/runtime';

/** Every node hears of stock that came back, also the one that brought it back. */
export const onStockChanged = (forget: (skuIds: readonly string[]) => void): HintSubscription =>
  onHint(stock.hints.changed, ({ skuIds }) => {
    forget(skuIds);
  });
