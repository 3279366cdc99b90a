import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { findAlertProblems } from '../../checks/alerts.ts';
import { repositoryRoot } from '../../repository.ts';

await t.test('every metric that an alert asks for is defined by some source', async (t) => {
  t.same(findAlertProblems(repositoryRoot), []);
});

await t.test('an alert on a metric that nobody defines is found', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'alerts-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const files = {
    'packages/a/src/metrics.ts': "name: 'app_known_total', name: 'app_wait_seconds'",
    'packages/a/test/metrics.test.ts': "name: 'app_only_in_a_test'",
    'services/b/src/index.ts': '',
    'gateway/src/index.ts': '',
    'deploy/prometheus/alerts.yml':
      'expr: app_known_total > app_only_in_a_test + app_wait_seconds_bucket',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  t.same(findAlertProblems(root), [
    'deploy/prometheus/alerts.yml: no source defines the metric app_only_in_a_test',
  ]);
});
