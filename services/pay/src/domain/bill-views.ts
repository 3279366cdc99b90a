import { toRfc3339 } from '@app/kernel';
import type { BillKind, BillState } from './bill.ts';
import type { DayResult, Ticket, TicketState } from './finding.ts';

interface Day {
  readonly day: string;
  readonly bills: readonly {
    readonly kind: BillKind;
    readonly state: BillState;
    readonly attempts: number;
    readonly tryAtMs: number | null;
  }[];
  readonly result: (DayResult & { readonly reconciledAtMs: number }) | null;
  readonly tickets: Readonly<Record<TicketState, number>>;
}

const order = ['wanted', 'downloaded', 'reconciled'] as const satisfies readonly BillState[];

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : toRfc3339(ms));

export const toBillDayView = ({ day, bills, result, tickets }: Day) => {
  const tries = bills.flatMap(({ tryAtMs }) => (tryAtMs === null ? [] : [tryAtMs]));
  const { reconciledAtMs = 0, ...sums } = result ?? {};
  return {
    day,
    state: order.find((state) => bills.some((bill) => bill.state === state)) ?? 'wanted',
    attempts: Math.max(0, ...bills.map(({ attempts }) => attempts)),
    tryAt: timeOrNull(tries.length === 0 ? null : Math.min(...tries)),
    result:
      result === null ? null : { ...(sums as DayResult), reconciledAt: toRfc3339(reconciledAtMs) },
    tickets,
  };
};

export const toTicketView = ({ resolvedAtMs, createdAtMs, ...ticket }: Ticket) => ({
  ...ticket,
  resolvedAt: timeOrNull(resolvedAtMs),
  createdAt: toRfc3339(createdAtMs),
});
