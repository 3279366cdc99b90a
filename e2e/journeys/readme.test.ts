import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { root } from '../support/process.ts';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite();
t.teardown(() => suite.stop());

await t.test('the journey works by curl exactly as README prints it', async (t) => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, block] = /<!-- journey:[^\n]*-->\n\n```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  t.ok(block !== undefined, 'README has the journey');
  const script = (block ?? '')
    .replace('http://127.0.0.1:3000', suite.client.baseUrl)
    .replace('http://127.0.0.1:3900', suite.sandboxUrl);

  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]);

  const answers = stdout
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { code: number; type?: string; data: Record<string, unknown> | null },
    );
  t.same(
    answers.map((answer) => answer.code),
    [200, 200, 200, 201, 200, 200, 401],
  );
  t.equal(answers[2]?.data?.['nickname'], '小红');
  t.match(answers[4]?.data?.['phone'], /^139\*{4}\d{4}$/);
  t.equal(answers.at(-1)?.type, 'TOKEN_REVOKED');
});
