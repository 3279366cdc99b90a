import type { OrderStatus } from '@app/contracts';
import type { FollowUp, Lane } from './domain/follow-up.ts';
import type { OrderMoney } from './domain/money-audit.ts';
import type { Order, OrderChange } from './domain/order.ts';

/** A transaction of the storage, opaque to everybody but the repository it is handed to. */
export type TransactionScope = unknown;

/** The caller's claim on an Idempotency-Key: the answer is stored with the effect or not at all. */
export interface Operation<R> {
  readonly operationId: string;
  complete(scope: TransactionScope, result: R): Promise<void>;
}

export interface ListRequest {
  readonly limit: number;
  readonly beforeId?: string;
  readonly userId?: string;
  readonly status?: OrderStatus;
  readonly createdFromMs?: number;
  readonly createdBeforeMs?: number;
}

export interface UpdateOptions<R> {
  readonly operation?: Operation<R>;
  readonly toResult?: (next: Order) => R;
  /** Joins a transaction that is open already (a fact's). */
  readonly scope?: TransactionScope;
}

/** Orders with their lines and refunds. Facts and follow-ups commit with the change or not at all. */
export interface OrderRepository {
  /** False when there is an order of this number already. */
  insert<R>(
    change: OrderChange,
    options?: Pick<UpdateOptions<R>, 'operation' | 'toResult'>,
  ): Promise<boolean>;
  find(orderNo: string): Promise<Order | undefined>;
  /**
   * Changes one order under the lock of its row and by compare-and-set on its status. `change` is
   * pure and may run several times; when it gives the order back as it was nothing is written.
   * @throws ORDER_NOT_FOUND
   */
  update<R>(
    orderNo: string,
    change: (order: Order) => OrderChange,
    options?: UpdateOptions<R>,
  ): Promise<Order>;
  /** The newest first. */
  list(request: ListRequest): Promise<readonly Order[]>;
  /** Numbers of orders whose time is up, the longest waiting first. */
  listDue(untilMs: number, limit: number): Promise<readonly string[]>;
  /** A neighbour that must be asked first is down: look again then. */
  postpone(orderNo: string, untilMs: number): Promise<void>;
}

export interface PendingFollowUp {
  readonly id: string;
  readonly orderId: string;
  readonly orderNo: string;
  readonly lane: Lane;
  readonly followUp: FollowUp;
  readonly attempts: number;
  readonly dueAtMs: number;
}

/** What neighbours have not been told yet. */
export interface FollowUpRepository {
  /** The oldest of a lane: the others wait for it. */
  first(orderId: string, lane: Lane): Promise<PendingFollowUp | undefined>;
  /** Told: it goes, with what its answer changed, once. False when somebody else was first. */
  finish(
    followUp: PendingFollowUp,
    change?: (scope: TransactionScope) => Promise<unknown>,
  ): Promise<boolean>;
  retryLater(followUp: PendingFollowUp, dueAtMs: number): Promise<void>;
  listDue(
    untilMs: number,
    limit: number,
  ): Promise<readonly Pick<PendingFollowUp, 'id' | 'orderId' | 'lane'>[]>;
}

/** What stands in the books of all orders. */
export interface OrderBooks {
  /** The newest first, from before this id. */
  page(beforeId: string | undefined, limit: number): Promise<readonly OrderMoney[]>;
}
