import t from 'tap';
import { createTokenUpkeep } from '../../../src/service/token/token-upkeep.ts';
import { buildDeps, MP, OA } from '../../support/build-deps.ts';

const build = () => {
  const deps = buildDeps();
  const schedules = new Map<string, unknown>();
  const failures = new Map<string, { code: string; atMs: number }>();
  const upkeep = createTokenUpkeep({
    schedules: {
      every: (id, rhythm, payload) => Promise.resolve(void schedules.set(id, [rhythm, payload])),
      cease: (id) => Promise.resolve(void schedules.delete(id)),
    },
    keeper: deps.credentials,
    journal: { lastFailure: (appId) => failures.get(appId) },
    quotas: deps.quotas,
    clock: deps.clock,
    logger: { warn: () => undefined },
    everyMs: 60_000,
  });
  return { ...deps, failedAt: failures, schedules, upkeep };
};

t.test('schedules come and go with the apps', async (t) => {
  const { schedules, upkeep } = build();

  await upkeep.follow([MP]);
  await upkeep.follow([MP, OA]);
  t.strictSame([...schedules.keys()], [`refresh-${MP}`, `refresh-${OA}`]);
  t.strictSame(schedules.get(`refresh-${OA}`), [{ everyMs: 60_000 }, { appId: OA }]);

  await upkeep.follow([OA]);
  t.strictSame([...schedules.keys()], [`refresh-${OA}`]);
});

t.test('what an app that is gone had is forgotten', async (t) => {
  const { credentials, keeper, upkeep } = build();
  await upkeep.follow([MP]);
  await keeper.current(MP);

  await upkeep.follow([]);

  t.equal(credentials.peek(MP), undefined);
});

t.test('readiness tells of a refresh that fails when it is due, and only then', async (t) => {
  const { clock, failedAt, keeper, upkeep } = build();
  await upkeep.follow([MP]);
  await keeper.current(MP);
  clock.advance(1000);
  failedAt.set(MP, { code: 'UPSTREAM_WECHAT_TIMEOUT', atMs: clock.nowMs() });

  await upkeep.check?.();
  clock.advance(7_000_000);
  await t.rejects(async () => upkeep.check?.(), {
    message: /^wx-mini: UPSTREAM_WECHAT_TIMEOUT at .*, 189 s of the token left$/,
  });

  clock.advance(200_000);
  await keeper.current(MP);
  await upkeep.check?.();
});
