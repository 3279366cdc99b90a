import { Type } from '@sinclair/typebox';
import { At, closed, Id, nullable, pageOf, pageQuery, view } from '../schemas.ts';

const Day = Type.String({
  pattern: '^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  description: 'A day in Beijing, `YYYY-MM-DD`',
});

const oneOf = (values: readonly string[], description?: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    description === undefined ? {} : { description },
  );

const BillDay = view({
  day: Type.String(),
  state: oneOf(
    ['wanted', 'downloaded', 'reconciled'],
    'How far the slower of its two files is: trade bill and fund flow',
  ),
  attempts: Type.Integer(),
  tryAt: nullable(At),
  result: nullable(
    view({
      paymentLines: Type.Integer(),
      theirPaidFen: Type.Integer(),
      ourPaidFen: Type.Integer(),
      refundLines: Type.Integer(),
      theirRefundedFen: Type.Integer(),
      ourRefundedFen: Type.Integer(),
      feeFen: Type.Integer(),
      unexplainedFen: Type.Integer({
        description: 'What is left of the difference of the sums when every ticket is counted; 0',
      }),
      reconciledAt: At,
    }),
  ),
  tickets: view({
    open: Type.Integer(),
    healed: Type.Integer(),
    resolved: Type.Integer(),
  }),
});

const Ticket = view({
  id: Type.String(),
  day: Type.String(),
  subject: oneOf(['payment', 'refund', 'flow']),
  category: oneOf([
    'missing_here',
    'missing_there',
    'amount_differs',
    'state_differs',
    'transaction_differs',
    'day_differs',
    'duplicate_line',
    'unknown_order',
  ]),
  number: Type.String({ description: 'Order number, or refund number' }),
  theirs: Type.String({ description: 'What the bill says' }),
  ours: Type.String({ description: 'What we say' }),
  deltaFen: Type.Integer({ description: 'Theirs less ours' }),
  state: oneOf(['open', 'healed', 'resolved']),
  note: nullable(Type.String()),
  resolvedBy: nullable(Type.String()),
  resolvedAt: nullable(At),
  createdAt: At,
});

/** What operators do about the bills of WeChat Pay (reference: Pay, 10). */
export const billActions = {
  listBills: {
    summary: 'The days whose bills are fetched and compared, latest first',
    params: closed(pageQuery),
    result: pageOf(BillDay),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/pay/bills',
      audience: 'admin',
      mark: 'pay:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  reconcileBill: {
    summary: 'Fetches the bills of a day again and compares them, in the background',
    description:
      'Any day of the last 90, not today. Tickets that are there stay as they are; what has gone away by itself is marked as healed.',
    params: closed({ day: Day }),
    result: BillDay,
    errors: [],
    idempotent: true,
    route: {
      method: 'POST',
      path: '/admin/v1/pay/bills/{day}/reconcile',
      audience: 'admin',
      mark: 'pay:reconcile',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  listTickets: {
    summary: 'Differences between WeChat and us, latest first',
    params: closed({
      ...pageQuery,
      state: Type.Optional(oneOf(['open', 'healed', 'resolved'])),
    }),
    result: pageOf(Ticket),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/pay/tickets',
      audience: 'admin',
      mark: 'pay:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  resolveTicket: {
    summary: 'Says what was done about a difference',
    params: closed({ id: Id, note: Type.String({ minLength: 1, maxLength: 500 }) }),
    result: Ticket,
    errors: ['RECONCILIATION_TICKET_NOT_FOUND', 'RECONCILIATION_TICKET_CLOSED'],
    idempotent: true,
    route: {
      method: 'POST',
      path: '/admin/v1/pay/tickets/{id}/resolve',
      audience: 'admin',
      mark: 'pay:reconcile',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
} as const;

export const billQueue = {
  summary: 'Fetches and compares the bills of a day; without one, looks which days are due',
  payload: closed({ day: Type.Optional(Day) }),
  attemptsMax: 3,
  backoffMs: 2000,
  concurrency: 1,
} as const;
