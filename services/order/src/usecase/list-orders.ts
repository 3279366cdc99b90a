import { fromCursor, toCursor } from '../domain/cursor.ts';
import type { Order } from '../domain/order.ts';
import { toMaskedOrderView, toOrderView } from '../domain/views.ts';
import { invalidField } from '../errors.ts';
import type { ListRequest, OrderRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'list'>;
}

const startOf = (cursor: string | undefined): Pick<ListRequest, 'beforeId'> => {
  if (cursor === undefined) return {};
  const beforeId = fromCursor(cursor);
  if (beforeId === undefined)
    throw invalidField('cursor', { zh: '不是本列表的游标', en: 'is not a cursor of this list' });
  return { beforeId };
};

const toPage = <View>(found: readonly Order[], limit: number, toView: (order: Order) => View) => {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { items: shown.map(toView), nextCursor: hasMore ? toCursor(last.id) : null };
};

export const createListMyOrders =
  ({ orders }: Deps): Usecases['listMyOrders'] =>
  async ({ userId, status, limit = 20, cursor }) => {
    const found = await orders.list({
      ...{ userId, limit: limit + 1, ...startOf(cursor) },
      ...(status === undefined ? {} : { status }),
    });
    return toPage(found, limit, toOrderView);
  };

const timeOf = (field: string, at: string | undefined): number | undefined => {
  if (at === undefined) return undefined;
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw invalidField(field, { zh: '不是有效的时间', en: 'is not a time' });
  return ms;
};

export const createListOrders =
  ({ orders }: Deps): Usecases['listOrders'] =>
  async ({ limit = 20, cursor, status, userId, createdFrom, createdBefore }) => {
    const fromMs = timeOf('createdFrom', createdFrom);
    const beforeMs = timeOf('createdBefore', createdBefore);
    const found = await orders.list({
      ...{ limit: limit + 1, ...startOf(cursor) },
      ...(status === undefined ? {} : { status }),
      ...(userId === undefined ? {} : { userId }),
      ...(fromMs === undefined ? {} : { createdFromMs: fromMs }),
      ...(beforeMs === undefined ? {} : { createdBeforeMs: beforeMs }),
    });
    return toPage(found, limit, toMaskedOrderView);
  };
