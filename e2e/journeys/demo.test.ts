import { eventually } from '@app/testing';
import t from 'tap';
import { runCommand } from '../support/admin.ts';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite({ env: { PAY_REFUND_GAP_MS: '0', GOODS_DEMO_DATA: 'true' } });
t.teardown(() => suite.stop());

for (const run of ['the first time', 'once more'])
  await t.test(`the demo buys, pays, receives and gets its money back, ${run}`, async (t) => {
    await eventually(
      async () => {
        const { body } = await suite.client.get<{ items: unknown[] }>('/api/v1/goods');
        return body.data.items.length > 0;
      },
      { withinMs: 20_000 },
    );

    const { code, output } = await runCommand(suite, ['demo'], { SANDBOX_URL: suite.sandboxUrl });

    t.equal(code, 0, output);
    t.match(output, /the order is paid\.\n.*\n.*paid ¥138\.00/);
    t.match(output, 'completed, ¥69.00 of ¥138.00 are back');
    t.match(output, 'refunded, ¥138.00 of ¥138.00 are back');
    t.match(output, /¥0\.00 {2}left; order \w+ is refunded/);
    t.match(output, 'That was the whole journey');
  });

await t.test('and the books agree afterwards', async (t) => {
  const { code, output } = await runCommand(suite, ['audit']);

  t.equal(code, 0, output);
  t.notMatch(output, 'settling', 'nothing is left to be told');
});
