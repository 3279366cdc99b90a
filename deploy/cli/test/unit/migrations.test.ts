import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { findMigrationProblems, lockMigrations } from '../../checks/migrations.ts';

const good = `import { type Kysely, sql } from 'kysely';
export const up = async (db: Kysely<any>) => { await sql\`create table coupon (id char(26))\`.execute(db); };
export const down = async (db: Kysely<any>) => { await sql\`drop table coupon\`.execute(db); };
`;

const withTree = (files: Readonly<Record<string, string>>, use: (root: string) => void): void => {
  const root = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    for (const folder of ['packages', 'services']) mkdirSync(join(root, folder));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
};

const path = 'services/coupon/migrations/20261120T0900_create_coupon.ts';

await t.test('a well-formed migration passes, released or not', async (t) => {
  withTree({ [path]: good }, (root) => {
    t.same(findMigrationProblems(root, {}), []);
    t.same(findMigrationProblems(root, lockMigrations(root)), []);
  });
});

await t.test('a released migration can be neither edited nor removed', async (t) => {
  withTree({ [path]: good }, (root) => {
    t.match(findMigrationProblems(root, { [path]: 'another hash' })[0], /was edited/);
    t.match(findMigrationProblems(root, { 'services/a/migrations/x.ts': 'h' })[0], /was removed/);
  });
});

await t.test('two DDL statements in one file are refused', async (t) => {
  const two = good.replace(
    '.execute(db); };',
    '.execute(db); await sql`create index a on coupon (id)`.execute(db); };',
  );

  withTree({ [path]: two }, (root) => {
    t.match(findMigrationProblems(root, {})[0], /2 DDL statements/);
  });
});

await t.test('a migration that imports our code is refused', async (t) => {
  withTree({ [path]: `import { x } from '../src/x.ts';\n${good}` }, (root) => {
    t.match(findMigrationProblems(root, {})[0], /imports nothing of ours/);
  });
});

await t.test('a name that does not sort by time is refused', async (t) => {
  withTree({ 'services/coupon/migrations/create.ts': good }, (root) => {
    t.match(findMigrationProblems(root, {})[0], /the name must be/);
  });
});
