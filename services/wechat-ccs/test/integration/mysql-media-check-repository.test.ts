import { fakeClock } from '@app/testing';
import t, { type Test } from 'tap';
import { createMysqlMediaCheckRepository } from '../../src/repository/repo/mysql-media-check-repository.ts';
import { migratedDatabase, openDatabase } from '../support/real-stores.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 4);
const check = { appId: 'wx-1', traceId: 'trace-1', reference: 'mine' };
const verdict = {
  appId: 'wx-1',
  traceId: 'trace-1',
  suggest: 'pass',
  label: 100,
  errcode: 0,
} as const;

/** The outbox is a list here: what counts is how often something is told. */
const build = async (t: Test) => {
  const database = await migratedDatabase(t);
  const db = await openDatabase(t, database);
  const clock = fakeClock(NOW_MS);
  const told: unknown[] = [];
  const outbox = {
    add: (_tx: unknown, _fact: unknown, payload: unknown) => {
      told.push(payload);
      return Promise.resolve();
    },
  };
  const checks = createMysqlMediaCheckRepository({ db, outbox, clock });
  return { database, db, clock, told, checks };
};

t.test('of 20 who bring the same verdict at once one tells it', async (t) => {
  const { db, checks, told } = await build(t);
  await checks.saveAsked(check);

  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => db.transaction((tx) => checks.decide(tx, verdict))),
  );

  t.equal(outcomes.filter((outcome) => outcome === 'told').length, 1);
  t.equal(outcomes.filter((outcome) => outcome === 'known').length, 19);
  t.strictSame(told, [{ ...verdict, reference: 'mine' }]);
});

t.test(
  'what nobody asked is unknown until it is adopted; the asker comes too late then',
  async (t) => {
    const { db, checks, told } = await build(t);

    t.equal(await db.transaction((tx) => checks.decide(tx, verdict)), 'unknown');
    t.equal(await db.transaction((tx) => checks.adopt(tx, verdict)), 'told');
    await checks.saveAsked(check);
    t.equal(await db.transaction((tx) => checks.adopt(tx, verdict)), 'known');

    t.strictSame(told, [{ ...verdict, reference: null }]);
  },
);

t.test('a verdict whose transaction fails is not taken as told', async (t) => {
  const { db, checks } = await build(t);
  await checks.saveAsked(check);
  const failing = db.transaction(async (tx) => {
    await checks.decide(tx, verdict);
    throw new Error('the node died');
  });
  await t.rejects(failing);

  t.equal(await db.transaction((tx) => checks.decide(tx, verdict)), 'told');
});

t.test('what is older than the given time is removed, oldest first, by its index', async (t) => {
  const { database, checks, clock } = await build(t);
  for (const traceId of ['a', 'b', 'c']) {
    await checks.saveAsked({ ...check, traceId });
    clock.advance(1000);
  }

  t.equal(await checks.purge(NOW_MS + 2000, 1), 1);
  t.equal(await checks.purge(NOW_MS + 2000, 10), 1);
  t.equal(await checks.purge(NOW_MS + 2000, 10), 0);

  t.match(await database.sql('select trace_id from media_check'), [{ trace_id: 'c' }]);
  const [plan] = await database.sql(
    "explain select app_id from media_check where asked_at < '2026-01-01' order by asked_at limit 10",
  );
  t.match(plan, { key: 'ix_media_check_asked_at' });
});
