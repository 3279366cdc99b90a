import { stock } from '@app/contracts';
import type { Clock } from '@app/kernel';
import { isDuplicateKey, toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Transaction } from 'kysely';
import { decideBatch, type BatchResult, type Changed, type Outcome } from '../../domain/batch.ts';
import type { AnswerOf, Answers, Command } from '../../domain/command.ts';
import type { Balance, Reservation } from '../../domain/stock.ts';
import type { ReservationReader, StockLedger } from '../../repository.ts';
import { createGroupCommit } from '../group-commit.ts';
import { lockItems, readReservations, readReturns } from './read-stock.ts';
import type { Tables } from './tables.ts';
import { insertMovements, updateItems, writeReservations } from './write-batch.ts';

export interface LedgerDeps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
  readonly reservations: Pick<ReservationReader, 'find'>;
  readonly clock: Clock;
  /** Told after a commit which balances changed. */
  readonly onBalances: (changes: readonly Changed<Balance>[]) => void;
}

/** Measured with `bench stock`: larger batches gain little and make each reservation wait longer. */
const BATCH_MAX = 256;
/** Batches of SKUs that differ run side by side; each holds one connection of the pool. */
const LANES_MAX = 4;
const WAITING_MAX = 10_000;
/** Two nodes that write the same order number meet at its key; the second then sees the row. */
const DUPLICATE_ATTEMPTS_MAX = 3;

const orderNosOf = (commands: readonly Command[]): readonly string[] => [
  ...new Set(commands.flatMap((command) => ('orderNo' in command ? [command.orderNo] : []))),
];

const refundNosOf = (commands: readonly Command[]): readonly string[] => [
  ...new Set(commands.flatMap((command) => (command.kind === 'return' ? [command.refundNo] : []))),
];

/** An item and everything that its command locks. */
interface Entry {
  readonly command: Command;
  readonly skuIds: readonly string[];
}

const insertMissing = async (
  tx: Transaction<Tables>,
  skuIds: readonly string[],
  nowMs: number,
): Promise<void> => {
  const now = toSqlTime(nowMs);
  await tx
    .insertInto('stock_item')
    .values(
      skuIds.map((sku_id) => ({
        sku_id,
        on_hand: 0,
        reserved: 0,
        created_at: now,
        updated_at: now,
      })),
    )
    .onDuplicateKeyUpdate({ updated_at: now })
    .execute();
};

/** The rows of all SKUs, locked. A SKU gets its row when an operator first sets its stock. */
const lockBalances = async (
  tx: Transaction<Tables>,
  entries: readonly Entry[],
  nowMs: number,
): Promise<readonly Balance[]> => {
  const skuIds = [...new Set(entries.flatMap((entry) => entry.skuIds))].sort();
  if (skuIds.length === 0) return [];
  const read = async () => await lockItems(tx, skuIds).execute();
  let rows = await read();
  const present = new Set(rows.map(({ sku_id }) => sku_id));
  const missing = entries.flatMap(({ command }) =>
    command.kind === 'setOnHand' && !present.has(command.skuId) ? [command.skuId] : [],
  );
  if (missing.length > 0) {
    await insertMissing(tx, [...new Set(missing)].sort(), nowMs);
    rows = await read();
  }
  return rows.map(({ sku_id, on_hand, reserved }) => ({
    skuId: sku_id,
    onHand: on_hand,
    reserved,
  }));
};

const write = async (
  tx: Transaction<Tables>,
  outbox: Outbox<Tables>,
  result: BatchResult,
  nowMs: number,
): Promise<void> => {
  const { balances, reservations, movements, expired } = result;
  await writeReservations(tx, reservations, nowMs);
  if (movements.length > 0) await tx.executeQuery(insertMovements(tx, movements, nowMs));
  if (balances.length > 0) {
    const after = balances.map((change) => change.after);
    await tx.executeQuery(updateItems(tx, after, nowMs));
  }
  for (const orderNo of expired) {
    await outbox.add(tx, stock.facts.reservationExpired, { orderNo, expiredAtMs: nowMs });
  }
};

/** The SKUs a command will touch: of an order that exists, those of its lines, which never change. */
const createFindSkus =
  (reservations: LedgerDeps['reservations']) =>
  async (command: Command): Promise<readonly string[]> => {
    if (command.kind === 'setOnHand') return [command.skuId];
    if (command.kind === 'reserve') return command.lines.map(({ skuId }) => skuId);
    const known = await reservations.find(command.orderNo);
    return known?.lines.map(({ skuId }) => skuId) ?? [];
  };

/**
 * The order got its reservation after we looked which SKUs to lock: look again. Rare, and only when
 * two calls about one order cross each other.
 */
class StaleLock extends Error {
  override readonly name = 'StaleLock';
}

const STALE_ATTEMPTS_MAX = 5;

const isStale = (
  { command }: Entry,
  locked: ReadonlySet<string>,
  reservations: readonly Reservation[],
): boolean =>
  command.kind !== 'reserve' &&
  'orderNo' in command &&
  reservations.some(
    ({ orderNo, lines }) =>
      orderNo === command.orderNo && lines.some(({ skuId }) => !locked.has(skuId)),
  );

type Deciding = Omit<LedgerDeps, 'reservations'>;

/** One transaction for all entries; those that cannot be decided yet are left out. */
const runBatch = (
  { db, outbox, clock }: Deciding,
  entries: readonly Entry[],
): Promise<{ readonly decided: BatchResult; readonly stale: ReadonlySet<Entry> }> =>
  db.transaction(async (tx) => {
    const nowMs = clock.nowMs();
    const all = entries.map(({ command }) => command);
    const balances = await lockBalances(tx, entries, nowMs);
    // After the locks: READ COMMITTED then shows what the writers before us left.
    const reservations = await readReservations(tx, orderNosOf(all));
    const returns = await readReturns(tx, refundNosOf(all));
    const locked = new Set(entries.flatMap(({ skuIds }) => skuIds));
    const stale = new Set(entries.filter((entry) => isStale(entry, locked, reservations)));
    const commands = entries.filter((entry) => !stale.has(entry)).map(({ command }) => command);
    const decided = decideBatch(commands, { balances, reservations, returns }, nowMs);
    await write(tx, outbox, decided, nowMs);
    return { decided, stale };
  });

const createApply =
  (deps: Deciding) =>
  async (entries: readonly Entry[]): Promise<BatchResult['outcomes']> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { decided, stale } = await runBatch(deps, entries);
        deps.onBalances(decided.balances);
        const outcomes = decided.outcomes.values();
        return entries.map((entry): Outcome => {
          const outcome = stale.has(entry) ? undefined : outcomes.next().value;
          return outcome ?? { ok: false, error: new StaleLock() };
        });
      } catch (error) {
        if (!isDuplicateKey(error) || attempt >= DUPLICATE_ATTEMPTS_MAX) throw error;
      }
    }
  };

/** The order number orders commands that know no SKU: it is a key of its own. */
const keysOf = (command: Command, skuIds: readonly string[]): readonly string[] =>
  'orderNo' in command ? [...skuIds, `order ${command.orderNo}`] : skuIds;

/**
 * Truth in MySQL, many commands per transaction (ADR 0016): the rows of all SKUs are locked in SKU
 * order, every command is decided on what the ones before it left, and everything is written by a
 * handful of statements.
 */
export const createMysqlStockLedger = (deps: LedgerDeps): StockLedger => {
  const findSkus = createFindSkus(deps.reservations);
  const group = createGroupCommit<Entry, Answers[Command['kind']]>({
    apply: createApply(deps),
    lanesMax: LANES_MAX,
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
  });
  return {
    run: async <C extends Command>(command: C) => {
      for (let attempt = 1; ; attempt += 1) {
        const skuIds = await findSkus(command);
        try {
          const answer = await group.run({ command, skuIds }, keysOf(command, skuIds));
          return answer as AnswerOf<C>;
        } catch (error) {
          if (!(error instanceof StaleLock) || attempt >= STALE_ATTEMPTS_MAX) throw error;
        }
      }
    },
  };
};
