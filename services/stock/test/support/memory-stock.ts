import type { StockItem } from '@app/contracts';
import { toRfc3339, type Clock } from '@app/kernel';
import { decideBatch } from '../../src/domain/batch.ts';
import type { AnswerOf, Command } from '../../src/domain/command.ts';
import type { RecordedReturn } from '../../src/domain/return.ts';
import type { Balance, Movement, Reservation } from '../../src/domain/stock.ts';
import type { ReservationReader, StockLedger, StockReader } from '../../src/repository.ts';

/** The ports of storage on maps: same rules, no rows. */
export const createMemoryStock = (clock: Clock) => {
  const balances = new Map<string, Balance>();
  const reservations = new Map<string, Reservation>();
  const returns = new Map<string, readonly RecordedReturn[]>();
  const movements: Movement[] = [];
  const ran: Command[] = [];

  const ledger: StockLedger = {
    run: <C extends Command>(command: C) => {
      ran.push(command);
      const start = {
        balances: [...balances.values()],
        reservations: [...reservations.values()],
        returns,
      };
      const result = decideBatch([command], start, clock.nowMs());
      for (const { after } of result.balances) balances.set(after.skuId, after);
      for (const { after } of result.reservations) reservations.set(after.orderNo, after);
      movements.push(...result.movements);
      if (command.kind === 'return' && result.movements.length > 0) {
        returns.set(command.refundNo, result.movements);
      }
      if (command.kind === 'setOnHand' && !balances.has(command.skuId)) {
        balances.set(command.skuId, { skuId: command.skuId, onHand: 0, reserved: 0 });
      }
      const outcome = result.outcomes[0]!;
      if (outcome.ok) return Promise.resolve(outcome.answer as AnswerOf<C>);
      const { error } = outcome;
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    },
  };
  const reader: StockReader = {
    findAvailable: (skuIds) =>
      Promise.resolve(
        new Map(
          skuIds.flatMap((skuId) => {
            const balance = balances.get(skuId);
            return balance === undefined ? [] : [[skuId, balance.onHand - balance.reserved]];
          }),
        ),
      ),
    findItem: (skuId) => Promise.resolve(toItem(balances.get(skuId))),
    listItems: (after, limit) => {
      const rest = [...balances.values()]
        .filter(({ skuId }) => skuId > (after ?? ''))
        .sort((a, b) => (a.skuId < b.skuId ? -1 : 1));
      const items = rest.slice(0, limit).map((balance) => toItem(balance)!);
      return Promise.resolve({
        items,
        next: rest.length > limit ? (items.at(-1)?.skuId ?? null) : null,
      });
    },
    listMovements: (skuId, before, limit) => {
      const all = movements
        .map((movement, index) => ({ ...movement, id: String(index + 1) }))
        .filter((movement) => movement.skuId === skuId)
        .filter(({ id }) => before === null || Number(id) < Number(before))
        .reverse();
      const items = all
        .slice(0, limit)
        .map((movement) => ({ ...movement, createdAt: toRfc3339(0) }));
      return Promise.resolve({
        items,
        next: all.length > limit ? (items.at(-1)?.id ?? null) : null,
      });
    },
  };
  const reservationReader: ReservationReader = {
    find: (orderNo) => Promise.resolve(reservations.get(orderNo)),
    findDue: (nowMs, limit) =>
      Promise.resolve(
        [...reservations.values()]
          .filter(({ state, expiresAtMs }) => state === 'held' && expiresAtMs <= nowMs)
          .sort((a, b) => a.expiresAtMs - b.expiresAtMs)
          .slice(0, limit)
          .map(({ orderNo }) => orderNo),
      ),
  };
  return { ledger, reader, reservations: reservationReader, movements, ran, clock };
};

const toItem = (balance: Balance | undefined): StockItem | undefined =>
  balance === undefined
    ? undefined
    : { ...balance, available: balance.onHand - balance.reserved, updatedAt: toRfc3339(0) };
