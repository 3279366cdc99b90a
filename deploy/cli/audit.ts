import type { MoneyDifference, ResultOf, order, stock } from '@app/contracts';
import { createOperator, type Operator } from './operator.ts';
import { CommandError, green, red, say, table } from './say.ts';

/** More than anybody reads; the counts are of all. */
const SHOWN_MAX = 20;

/** How many differences there are. */
const auditStock = async (operator: Operator): Promise<number> => {
  const { skus, differenceCount, differences } = await operator.ask<
    ResultOf<typeof stock.actions.auditStock>
  >('POST', '/internal/v1/stock/audit', {});
  const compared = `stock: ${skus} SKUs compared with the ledger and the reservations`;
  if (differenceCount === 0) {
    say(`${green('✔')} ${compared}, no difference`);
    return 0;
  }
  say(`${red('✘')} ${compared}, ${differenceCount} differences`);
  const rows = differences
    .slice(0, SHOWN_MAX)
    .map(({ skuId, rule, expected, found }) => [skuId, rule, String(expected), String(found)]);
  say(table([['SKU', 'rule', 'expected', 'found'], ...rows]));
  return differenceCount;
};

type MoneyPage = ResultOf<typeof order.actions.auditMoney>;

const tellMoney = (differences: readonly MoneyDifference[]): void => {
  for (const [kind, ofKind] of Map.groupBy(differences, (one) => one.kind)) {
    const rows = ofKind
      .slice(0, SHOWN_MAX)
      .map((one) => [one.orderNo, `order: ${one.order}`, `pay: ${one.pay}`]);
    const more = ofKind.length > SHOWN_MAX ? `\n… and ${ofKind.length - SHOWN_MAX} more` : '';
    say(`${table([[`${kind}: ${ofKind.length}`], ...rows])}${more}`);
  }
};

const auditMoney = async (operator: Operator): Promise<number> => {
  const sums = { orders: 0, payments: 0, refunds: 0, settling: 0 };
  const differences: MoneyDifference[] = [];
  let cursor: string | null = null;
  do {
    const page: MoneyPage = await operator.ask<MoneyPage>('POST', '/internal/v1/orders/audit', {
      ...(cursor === null ? {} : { cursor }),
    });
    sums.orders += page.orders;
    sums.payments += page.payments;
    sums.refunds += page.refunds;
    sums.settling += page.settling;
    differences.push(...page.differences);
    cursor = page.nextCursor;
  } while (cursor !== null);
  const compared = `money: ${sums.orders} orders compared with ${sums.payments} payments, and ${sums.refunds} refunds`;
  const settling = sums.settling === 0 ? '' : ` (${sums.settling} orders are settling)`;
  if (differences.length === 0) say(`${green('✔')} ${compared}, no difference${settling}`);
  else {
    say(`${red('✘')} ${compared}, ${differences.length} differences${settling}`);
    tellMoney(differences);
  }
  return differences.length;
};

/** `audit`: stock and money of the running suite; exit code 1 when anything differs. */
export const audit = async (args: readonly string[]): Promise<void> => {
  if (args.length > 0) throw new CommandError('usage: ./make.sh audit', 2);
  const operator = createOperator();
  const found = (await auditStock(operator)) + (await auditMoney(operator));
  if (found > 0)
    throw new CommandError(
      'the books differ; what to do stands in the README of stock, order and pay',
    );
};
