import { fileURLToPath } from 'node:url';
import { stock } from '@app/contracts';
import { isError } from '@app/kernel';
import { eventually, spawnNode, type TestProcess } from '@app/testing';
import t from 'tap';
import { aSku, anOrderNo } from '../support/builders.ts';
import { createSuite } from '../support/stock-node.ts';
import { auditAll, createMysqlStore } from '../support/stock-store.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const { reserve, commit, release, returnStock } = stock.actions;
const KILLS = 2;
const PIECES = 150;

t.test(
  'nodes killed amid reservations, payments, releases and returns: the books are right',
  async (t) => {
    const suite = await createSuite(t);
    const neighbour = await suite.startNeighbour();
    const { ledger, auditor, reader } = await createMysqlStore(t, suite.database);
    const skuIds = [aSku(), aSku()] as const;
    for (const skuId of skuIds) {
      const set = { skuId, onHand: PIECES, expectedOnHand: undefined, ref: anOrderNo(), note: '' };
      await ledger.run({ kind: 'setOnHand', ...set });
    }
    const start = (): Promise<TestProcess> =>
      spawnNode(main, {
        scope: t,
        env: {
          ENV: 'dev',
          LOG_LEVEL: 'error',
          TRACE_EXPORTER: 'none',
          STOCK_AUDIT_EVERY_MS: '3600000',
          STOCK_SWEEP_EVERY_MS: '1000',
          ...suite.env,
        },
      });

    // Every call is repeated until it is answered: what a caller does that does not know.
    const untilAnswered = <R>(work: () => Promise<R>): Promise<R | 'refused'> =>
      eventually(
        () =>
          work().catch((error: unknown) => {
            if (isError(error, 'STOCK_EXHAUSTED')) return 'refused' as const;
            throw error;
          }),
        { withinMs: 30_000, everyMs: 50 },
      );
    const tally = { answers: 0, sold: 0 };
    let turn = 0;
    const journey = async (): Promise<void> => {
      const orderNo = anOrderNo();
      const end = turn++ % 4;
      const lines = skuIds.map((skuId) => ({ skuId, quantity: 1 }));
      const expiresAtMs = Date.now() + (end === 0 ? 500 : 3_600_000);
      const held = await untilAnswered(() =>
        neighbour.call(reserve, { orderNo, lines, expiresAtMs }),
      );
      tally.answers += 1;
      if (held === 'refused' || end === 0) return;
      if (end === 1) {
        await untilAnswered(() => neighbour.call(release, { orderNo, reason: 'closed' }));
        return;
      }
      await untilAnswered(() => neighbour.call(commit, { orderNo }));
      if (end === 2) {
        tally.sold += 1;
        return;
      }
      const refund = { orderNo, refundNo: `R${orderNo}`, lines };
      await untilAnswered(() => neighbour.call(returnStock, refund));
    };
    let done = false;
    const buyer = async (): Promise<void> => {
      while (!done) await journey();
    };

    let nodes = await Promise.all([start(), start()]);
    const buyers = Array.from({ length: 12 }, buyer);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = tally.answers;
      await eventually(() => tally.answers >= before + 30, { withinMs: 60_000 });
      const [victim, survivor] = nodes;
      await victim.kill9();
      nodes = [survivor, await start()];
    }
    done = true;
    await Promise.all(buyers);

    await eventually(
      async () => {
        for (const skuId of skuIds) {
          const item = await reader.findItem(skuId);
          if (item?.reserved !== 0) throw new Error(`still reserved: ${JSON.stringify(item)}`);
        }
      },
      { withinMs: 60_000, everyMs: 100 },
    );
    t.same(await auditAll(auditor), []);
    for (const skuId of skuIds) {
      t.match(await reader.findItem(skuId), { onHand: PIECES - tally.sold, reserved: 0 });
    }
    const states = await suite.database.sql('select distinct state from stock_reservation');
    for (const { state } of states as { state: string }[]) {
      t.match(state, /^(committed|released|expired)$/);
    }
    t.ok(tally.sold <= PIECES);
    const exits = await Promise.all(nodes.map((node) => node.stop()));
    t.match(exits, [{ code: 0 }, { code: 0 }]);
  },
);
