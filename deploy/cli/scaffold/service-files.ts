import type { Names } from './names.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const workspace = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.map((name) => [name, name.startsWith('@app/') ? 'workspace:*' : 'catalog:']),
  );

const packageJson = ({ kebab }: Names): string =>
  json({
    name: `@app/${kebab}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    description: `The ${kebab} service`,
    exports: {
      '.': {
        '@app/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
    },
    files: ['dist'],
    dependencies: workspace([
      '@app/contracts',
      '@app/kernel',
      '@app/mysql',
      '@app/redis',
      '@app/queue',
      '@app/runtime',
      'kysely',
    ]),
    devDependencies: workspace(['@app/testing', 'tap']),
  });

const tsconfig = (): string =>
  json({
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: './src', outDir: './dist' },
    include: ['src'],
    references: ['kernel', 'contracts', 'runtime', 'mysql', 'redis', 'queue'].map((name) => ({
      path: `../../packages/${name}`,
    })),
  });

const contract = ({ kebab, camel }: Names): string => `import { Type } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { closed, view } from '../schemas.ts';
import { ${camel}Errors } from './errors.ts';

export { ${camel}Errors } from './errors.ts';

export const ${camel} = defineService({
  name: '${kebab}',
  summary: 'What ${kebab} is for, in one line',
  errors: ${camel}Errors,
  actions: {
    ping: {
      summary: 'Counts how often a name was said; replace it by the first real action',
      params: closed({ name: Type.String({ minLength: 1, maxLength: 50, examples: ['hello'] }) }),
      result: view({ count: Type.Integer({ minimum: 1 }) }),
      errors: [],
      idempotent: false,
      route: {
        method: 'POST',
        path: '/internal/v1/${kebab}/pings',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
  },
  facts: {},
  hints: {},
  queues: {},
});
`;

const errors = ({ camel }: Names): string => `import type { ErrorEntry } from '@app/kernel';

export const ${camel}Errors = {} as const satisfies Record<string, ErrorEntry>;
`;

const source = ({ kebab, camel, pascal, upper }: Names): Record<string, string> => ({
  'src/main.ts': `import { runService } from '@app/runtime';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';

await runService({ name: '${kebab}', readConfig, createApp });
`,
  'src/index.ts': `export { createApp } from './app.ts';
export { configSpec, readConfig, type Config } from './config.ts';
`,
  'src/config.ts': `import { mysqlKeys } from '@app/mysql';
import { defineConfig, hostKeys, readConfig as readKeys, type ConfigOf, type Env } from '@app/runtime';

/** Every environment key of this service; its own keys start with ${upper}_. */
export const configSpec = defineConfig({ ...hostKeys, ...mysqlKeys });

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong */
export const readConfig = (env: Env = process.env): Config =>
  readKeys(configSpec, env, { service: '${kebab}' });
`,
  'src/errors.ts': `import { ${camel}Errors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

/** Makes this service's errors; the codes and their texts stand in the contract. */
export const ${camel}Error = errorFactory(${camel}Errors);
`,
  'src/domain/ping.ts': `/** The same word in another case or with spaces around it is the same word. */
export const normalizeName = (name: string): string => name.trim().toLowerCase();
`,
  'src/repository.ts': `/** How often a name was said. */
export interface PingRepository {
  /** Adds one, also when called in parallel. @returns the count with this one */
  increment(name: string): Promise<number>;
}
`,
  'src/repository/repo/tables.ts': `import type { CoreTables } from '@app/mysql';

export interface PingTable {
  readonly name: string;
  readonly count: number;
}

export interface Tables extends CoreTables {
  readonly ping: PingTable;
}
`,
  'src/repository/repo/mysql-ping-repository.ts': `import type { Database } from '@app/mysql';
import { sql } from 'kysely';
import type { PingRepository } from '../../repository.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
}

export const createMysqlPingRepository = ({ db }: Deps): PingRepository => ({
  increment: (name) =>
    db.transaction(async (tx) => {
      await tx
        .insertInto('ping')
        .values({ name, count: 1 })
        .onDuplicateKeyUpdate({ count: sql\`count + 1\` })
        .execute();
      const row = await tx
        .selectFrom('ping')
        .select('count')
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return row.count;
    }),
});
`,
  'src/usecase.ts': `/** What this service can do: one entry per file in \`usecase/\`. */
export interface Usecases {
  ping(command: { readonly name: string }): Promise<{ readonly count: number }>;
}
`,
  'src/usecase/ping.ts': `import { normalizeName } from '../domain/ping.ts';
import type { PingRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly pings: PingRepository;
}

export const createPing =
  ({ pings }: Deps): Usecases['ping'] =>
  async ({ name }) => ({ count: await pings.increment(normalizeName(name)) });
`,
  [`src/service/action/${kebab}-actions.ts`]: `import { ${camel} } from '@app/contracts';
import { actionHandlers, type ServiceSchema } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Contract → use-case, nothing else. */
export const create${pascal}Actions = (usecases: Usecases): ServiceSchema =>
  actionHandlers(${camel}, {
    ping: (params) => usecases.ping(params),
  });
`,
  'src/app.ts': `import { createDatabase } from '@app/mysql';
import { instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import { createMysqlPingRepository } from './repository/repo/mysql-ping-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import { create${pascal}Actions } from './service/action/${kebab}-actions.ts';
import type { Usecases } from './usecase.ts';
import { createPing } from './usecase/ping.ts';

const service = '${kebab}';

/** The composition root: the only file that sees everything. */
export const createApp = (host: Host, config: Config): App => {
  const db = createDatabase<Tables>(config, { host, service });
  const pings = createMysqlPingRepository({ db });
  const usecases: Usecases = {
    ping: instrument(host, service, 'ping', createPing({ pings })),
  };
  return { name: service, schemas: [create${pascal}Actions(usecases)], stores: [db], workers: [] };
};
`,
});

const tests = ({ kebab, camel }: Names): Record<string, string> => ({
  'test/support/memory-ping-repository.ts': `import type { PingRepository } from '../../src/repository.ts';

export const createMemoryPingRepository = (): PingRepository => {
  const counts = new Map<string, number>();
  return {
    increment(name) {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return Promise.resolve(count);
    },
  };
};
`,
  'test/contract/ping-repository.contract.ts': `import type { Test } from 'tap';
import type { PingRepository } from '../../src/repository.ts';

/** What every PingRepository promises, the fake and the real one. */
export const pingRepositoryContract = async (t: Test, create: () => PingRepository): Promise<void> => {
  await t.test('each call counts one further', async (t) => {
    const pings = create();

    t.equal(await pings.increment('counted'), 1);
    t.equal(await pings.increment('counted'), 2);
  });

  await t.test('names are counted apart', async (t) => {
    const pings = create();

    await pings.increment('one');

    t.equal(await pings.increment('another'), 1);
  });

  await t.test('20 parallel calls count to 20, each number once', async (t) => {
    const pings = create();

    const counts = await Promise.all(Array.from({ length: 20 }, () => pings.increment('raced')));

    t.same(counts.sort((a, b) => a - b), Array.from({ length: 20 }, (_, index) => index + 1));
  });
};
`,
  'test/unit/ping.test.ts': `import t from 'tap';
import { createPing } from '../../src/usecase/ping.ts';
import { pingRepositoryContract } from '../contract/ping-repository.contract.ts';
import { createMemoryPingRepository } from '../support/memory-ping-repository.ts';

await t.test('the same name in another case counts on', async (t) => {
  const ping = createPing({ pings: createMemoryPingRepository() });

  await ping({ name: 'Hello' });

  t.same(await ping({ name: ' hello ' }), { count: 2 });
});

await t.test('the fake keeps the contract of the port', (t) =>
  pingRepositoryContract(t, createMemoryPingRepository),
);
`,
  [`test/integration/${kebab}-service.test.ts`]: `import { join } from 'node:path';
import { ${camel} } from '@app/contracts';
import { createUlids, systemClock } from '@app/kernel';
import { createDatabase, migrate } from '@app/mysql';
import { createTestDatabase, createTestHost, recordedLogger } from '@app/testing';
import t from 'tap';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createMysqlPingRepository } from '../../src/repository/repo/mysql-ping-repository.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';
import { pingRepositoryContract } from '../contract/ping-repository.contract.ts';

const database = await createTestDatabase({
  label: '${kebab}',
  scope: t,
  migrate: async (target) => {
    await migrate({
      adminConfig: { addr: target.addr, ...target.admin },
      service: '${kebab}',
      schema: target.schema,
      migrationsDir: join(import.meta.dirname, '../../migrations'),
    });
  },
});
const config = readConfig({
  NATS_URL: process.env['TEST_NATS_URL'],
  MYSQL_ADDR: database.addr,
  MYSQL_USER: database.user,
  MYSQL_PASS: database.password,
  MYSQL_SCHEMA: database.schema,
});

await t.test('the action counts in the database, and refuses a bad name with the field', async (t) => {
  const host = await createTestHost({ service: '${kebab}', scope: t });
  host.add(createApp(host, config));
  await host.start();

  t.same(await host.call(${camel}.actions.ping, { name: 'hello' }), { count: 1 });
  t.same(await host.call(${camel}.actions.ping, { name: 'Hello' }), { count: 2 });
  await t.rejects(host.call(${camel}.actions.ping, { name: '' }), { code: 'VALIDATION_FAILED' });
});

await t.test('MySQL keeps the contract of the port', async (t) => {
  const db = createDatabase<Tables>(config, {
    host: { logger: recordedLogger(), clock: systemClock, ids: createUlids() },
    service: '${kebab}',
  });
  await db.start();
  t.teardown(() => db.stop());

  await pingRepositoryContract(t, () => createMysqlPingRepository({ db }));
});
`,
});

const migration = (): string => `import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<any>): Promise<void> => {
  await sql\`
    create table ping (
      name varchar(50) not null,
      count int unsigned not null,
      primary key (name)
    ) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin
  \`.execute(db);
};

export const down = async (db: Kysely<any>): Promise<void> => {
  await sql\`drop table ping\`.execute(db);
};
`;

const readme = ({ kebab, snake }: Names): string => `# ${kebab}

## Purpose

What this service is for, in three sentences at most.

## Owns

Schema \`app_${snake}\`: \`ping\` (how often a name was said).

## Contract

\`packages/contracts/src/${kebab}\`; the generated reference is [API.md](API.md).

## Configuration

The keys of every service (docs/generated/config.md); own keys start with the service's name.

## Runbook

| symptom | look at | do |
| --- | --- | --- |
| not ready | \`./make.sh status\`, \`./make.sh logs ${kebab}\` | the line names the store that is missing |
`;

/** Every file of a new service by its path. `stamp` is the UTC time in the migration's name. */
export const serviceFiles = (names: Names, stamp: string): Readonly<Record<string, string>> => {
  const inFolder = (files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`services/${names.kebab}/${path}`, text]),
    );
  return {
    [`packages/contracts/src/${names.kebab}/index.ts`]: contract(names),
    [`packages/contracts/src/${names.kebab}/errors.ts`]: errors(names),
    ...inFolder({
      'package.json': packageJson(names),
      'tsconfig.json': tsconfig(),
      'README.md': readme(names),
      [`migrations/${stamp}_create_ping.ts`]: migration(),
      ...source(names),
      ...tests(names),
    }),
  };
};
