import type { FlowBill, TradeBill } from './bill.ts';
import type { Finding } from './finding.ts';

const add = (sums: Map<string, number>, number: string, fen: number): void => {
  sums.set(number, (sums.get(number) ?? 0) + fen);
};

/** Every trade moves our balance by its amount less the fee, and nothing else does. */
export const compareFlow = (
  trade: TradeBill,
  flow: FlowBill,
): { readonly findings: readonly Finding[]; readonly differenceFen: number } => {
  const traded = new Map<string, number>();
  for (const { subject, number, amountFen, feeFen, isDone } of trade.lines)
    if (isDone) add(traded, number, (subject === 'payment' ? amountFen : -amountFen) - feeFen);
  const flowed = new Map<string, number>();
  for (const { number, isTrade, deltaFen } of flow.lines)
    if (isTrade) add(flowed, number, deltaFen);
  const numbers = new Set([...traded.keys(), ...flowed.keys()]);
  const findings = [...numbers].flatMap((number): Finding[] => {
    const [bill, balance] = [traded.get(number), flowed.get(number)];
    if (bill === balance) return [];
    const category =
      balance === undefined ? 'missing_there' : bill === undefined ? 'missing_here' : undefined;
    return [
      {
        subject: 'flow',
        category: category ?? 'amount_differs',
        number,
        theirs: balance === undefined ? 'no fund flow' : `${balance} fen of fund flow`,
        ours: bill === undefined ? 'no line of the trade bill' : `${bill} fen in the trade bill`,
        deltaFen: (balance ?? 0) - (bill ?? 0),
        isHealable: false,
      },
    ];
  });
  const sum = (sums: ReadonlyMap<string, number>): number =>
    [...sums.values()].reduce((total, fen) => total + fen, 0);
  return { findings, differenceFen: sum(flowed) - sum(traded) };
};
