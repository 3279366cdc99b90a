import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '../../../..');
const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const config = join(root, '.dependency-cruiser.cjs');

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** A tree that breaks exactly the rule it is named after. */
const fixtures: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'service-isolation': {
    'services/order/src/app.ts':
      "import { pay } from '../../pay/src/app.ts';\nexport const order = pay;\n",
    'services/pay/src/app.ts': 'export const pay = 1;\n',
  },
  'domain-pure': {
    'services/order/src/app.ts': "export { id } from './domain/order.ts';\n",
    'services/order/src/domain/order.ts':
      "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID;\n",
  },
  'usecase-inward': {
    'services/order/src/app.ts': "export { open } from './usecase/open.ts';\n",
    'services/order/src/usecase/open.ts':
      "import { sql } from '../repository/repo/mysql.ts';\nexport const open = sql;\n",
    'services/order/src/repository/repo/mysql.ts': 'export const sql = 1;\n',
  },
  'adapters-apart': {
    'services/order/src/app.ts': "export { act } from './service/action/act.ts';\n",
    'services/order/src/service/action/act.ts':
      "import { sql } from '../../repository/repo/mysql.ts';\nexport const act = sql;\n",
    'services/order/src/repository/repo/mysql.ts': 'export const sql = 1;\n',
  },
  'contracts-leaf': {
    'packages/contracts/src/index.ts':
      "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
  },
  'kernel-leaf': {
    'packages/kernel/src/index.ts':
      "import { a } from '../../runtime/src/index.ts';\nexport const b = a;\n",
    'packages/runtime/src/index.ts': 'export const a = 1;\n',
  },
  'packages-below-services': {
    'packages/mysql/src/index.ts':
      "import { a } from '../../../services/user/src/app.ts';\nexport const b = a;\n",
    'services/user/src/app.ts': 'export const a = 1;\n',
  },
  'sandbox-apart': {
    'packages/sandbox/src/main.ts':
      "import { a } from '../../kernel/src/index.ts';\nexport const b = a;\n",
    'packages/kernel/src/index.ts': 'export const a = 1;\n',
  },
  'testing-stays-in-tests': {
    'services/user/src/app.ts':
      "import { a } from '../../../packages/testing/src/index.ts';\nexport const b = a;\n",
    'packages/testing/src/index.ts': 'export const a = 1;\n',
  },
  'no-circular': {
    'services/user/src/app.ts': "import { b } from './b.ts';\nexport const a = (): unknown => b;\n",
    'services/user/src/b.ts': "import { a } from './app.ts';\nexport const b = (): unknown => a;\n",
  },
  'no-orphans': { 'services/user/src/util/forgotten.ts': 'export const forgotten = 1;\n' },
  'no-undeclared-npm': {
    'services/user/package.json': '{"name":"user","dependencies":{}}',
    'services/user/src/app.ts': "import left from 'left-pad';\nexport const pad: unknown = left;\n",
    'node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.0.0","main":"index.js"}',
    'node_modules/left-pad/index.js': 'module.exports = 1;\n',
  },
  'no-dev-dependency-in-src': {
    'services/user/package.json': '{"name":"user","devDependencies":{"left-pad":"1.0.0"}}',
    'services/user/src/app.ts': "import left from 'left-pad';\nexport const pad: unknown = left;\n",
    'node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.0.0","main":"index.js"}',
    'node_modules/left-pad/index.js': 'module.exports = 1;\n',
  },
  'not-resolvable': {
    'services/user/src/app.ts': "import { a } from './nowhere.ts';\nexport const b = a;\n",
  },
};

const cruise = async (files: Readonly<Record<string, string>>): Promise<readonly Violation[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'boundaries-'));
  try {
    const all = {
      'package.json': '{"name":"fixture","type":"module"}',
      'tsconfig.check.json':
        '{"compilerOptions":{"allowImportingTsExtensions":true,"module":"nodenext"}}',
      ...files,
    };
    for (const [path, text] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const tops = ['services', 'packages', 'gateway'].filter((top) =>
      Object.keys(files).some((path) => path.startsWith(`${top}/`)),
    );
    const output = await new Promise<string>((done) => {
      execFile(
        process.execPath,
        [bin, '--config', config, '--output-type', 'json', ...tops],
        { cwd: folder, maxBuffer: 1 << 24 },
        // A violation makes the exit code non-zero; what matters is which rule is named.
        (_error, stdout, stderr) => done(stdout === '' ? stderr : stdout),
      );
    });
    return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
  } finally {
    await rm(folder, { recursive: true });
  }
};

const rules = (
  createRequire(import.meta.url)(config) as { forbidden: { name: string; comment: string }[] }
).forbidden;

await t.test('every boundary rule has a fixture and teaches what to do instead', async (t) => {
  t.same(rules.map((rule) => rule.name).sort(), Object.keys(fixtures).sort());
  for (const rule of rules) t.ok(rule.comment.length > 20, `${rule.name} explains itself`);
});

for (const [rule, files] of Object.entries(fixtures)) {
  await t.test(`${rule} fails on a tree that breaks it`, async (t) => {
    const violations = await cruise(files);

    t.ok(
      violations.some((violation) => violation.rule.name === rule),
      `violated: ${violations.map((violation) => violation.rule.name).join(', ')}`,
    );
  });
}

await t.test('a clean service breaks no rule', async (t) => {
  const violations = await cruise({
    'services/user/src/main.ts': "import { app } from './app.ts';\napp();\n",
    'services/user/src/app.ts':
      "import { find } from './usecase/find.ts';\nexport const app = (): unknown => find;\n",
    'services/user/src/usecase/find.ts':
      "import { rule } from '../domain/user.ts';\nexport const find = rule;\n",
    'services/user/src/domain/user.ts': 'export const rule = 1;\n',
  });

  t.same(violations, []);
});
