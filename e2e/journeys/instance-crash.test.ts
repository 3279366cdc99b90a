import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { startSuite } from '../support/suite.ts';
import { startLoad } from '../support/load.ts';

const suite = await startSuite({ gateways: 2, userInstances: 3 });
t.teardown(() => suite.stop());

const shoppers = await Promise.all(Array.from({ length: 8 }, () => suite.signIn()));

for (const victim of ['user-2', 'user', 'gateway-2', 'auth', 'wechat-ccs']) {
  await t.test(
    `kill -9 of ${victim} under load: errors only for a moment, never a wrong answer`,
    async (t) => {
      const load = startLoad(
        suite.gateways.flatMap((gateway) =>
          shoppers.map((shopper) => ({
            gateway,
            token: shopper.accessToken,
            userId: shopper.user.id,
          })),
        ),
      );
      await pause(700);
      const killedAtMs = performance.now();

      await suite.process(victim).kill9();
      await pause(3_500);
      const { answers, wrong } = await load.stop();
      await suite.revive(victim);

      t.same(wrong, [], 'nobody got somebody else or a changed profile');
      t.ok(answers.length > 200, `${answers.length} requests`);
      const failed = answers.filter((answer) => answer.status !== 200);
      const toTheDead = (gateway: string): boolean =>
        victim === 'gateway-2' && gateway === suite.gateways[1]?.baseUrl;
      const elsewhere = failed.filter((answer) => !toTheDead(answer.gateway));
      const late = elsewhere.filter((answer) => answer.startedMs > killedAtMs + 3_000);
      t.same(late.slice(0, 3), [], 'recovered within three seconds');
      t.ok(
        elsewhere.every((answer) => [503, 504].includes(answer.status)),
        `failures are honest: ${[...new Set(elsewhere.map((answer) => answer.status))].join(', ')}`,
      );
      const early = elsewhere.filter((answer) => answer.endedMs < killedAtMs);
      t.same(early.slice(0, 3), [], 'nothing failed before the kill');
      t.comment(`${victim}: ${elsewhere.length} of ${answers.length} requests failed`);
    },
  );
}
