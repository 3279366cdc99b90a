import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../say.ts';
import { editFile, insertAfter, insertBeforeLast, writeNew } from './edit.ts';
import type { Names } from './names.ts';

const contractPath = (service: Names): string => `packages/contracts/src/${service.kebab}/index.ts`;
const folder = (service: Names): string => `services/${service.kebab}`;

const requireService = (root: string, service: Names): void => {
  if (!existsSync(join(root, folder(service), 'src/app.ts')))
    throw new CommandError(
      `there is no service ${service.kebab}: ./make.sh new service ${service.kebab}`,
    );
};

const addNotImplemented = (root: string, service: Names): readonly string[] => {
  const path = `packages/contracts/src/${service.kebab}/errors.ts`;
  const code = `${service.upper}_NOT_IMPLEMENTED`;
  const entry = `  ${code}: {
    kind: 'unavailable',
    zh: '功能尚未开放',
    en: 'This is not available yet',
    cause: 'The action exists in the contract; its use-case is still to be written.',
    remedy: 'Implement it, then remove this code.',
  },
`;
  const text = (before: string): string =>
    before.includes(code)
      ? before
      : before.replace(
          /Errors = \{\s*/,
          (start) => `${start.trimEnd()}\n${entry}${start.endsWith('\n  ') ? '  ' : ''}`,
        );
  try {
    return [editFile(root, path, text)];
  } catch {
    // It is there already, from an action before this one.
    return [];
  }
};

/** A new action that answers <SERVICE>_NOT_IMPLEMENTED until its use-case is written. */
export const newAction = (root: string, service: Names, action: Names): readonly string[] => {
  requireService(root, service);
  const code = `${service.upper}_NOT_IMPLEMENTED`;
  const src = `${folder(service)}/src`;
  return [
    ...writeNew(root, {
      [`${src}/usecase/${action.kebab}.ts`]: `import { ${service.camel}Error } from '../errors.ts';
import type { Usecases } from '../usecase.ts';

export const create${action.pascal} = (): Usecases['${action.camel}'] => async () => {
  throw ${service.camel}Error('${code}');
};
`,
      [`${folder(service)}/test/unit/${action.kebab}.test.ts`]: `import t from 'tap';
import { create${action.pascal} } from '../../src/usecase/${action.kebab}.ts';

await t.test('${action.camel} says that it is not implemented, until it is', async (t) => {
  const ${action.camel} = create${action.pascal}();

  await t.rejects(${action.camel}({ name: 'a name' }), { code: '${code}' });
});
`,
    }),
    ...addNotImplemented(root, service),
    editFile(
      root,
      contractPath(service),
      insertAfter(
        '  actions: {\n',
        `    ${action.camel}: {
      summary: 'What ${action.camel} does, in one line',
      params: closed({ name: Type.String({ minLength: 1, maxLength: 50 }) }),
      result: view({ id: Type.String() }),
      errors: ['${code}'],
      idempotent: false,
    },
`,
      ),
    ),
    editFile(root, `${src}/usecase.ts`, (text) =>
      insertBeforeLast(
        '}',
        `  ${action.camel}(
    command: ParamsOf<typeof ${service.camel}.actions.${action.camel}>,
  ): Promise<ResultOf<typeof ${service.camel}.actions.${action.camel}>>;\n`,
      )(
        text.includes("from '@app/contracts'")
          ? text
          : `import type { ParamsOf, ResultOf, ${service.camel} } from '@app/contracts';\n\n${text}`,
      ),
    ),
    editFile(
      root,
      `${src}/service/action/${service.kebab}-actions.ts`,
      insertAfter(
        `actionHandlers(${service.camel}, {\n`,
        `    ${action.camel}: (params) => usecases.${action.camel}(params),\n`,
      ),
    ),
    editFile(root, `${src}/app.ts`, (text) =>
      insertAfter(
        'const usecases: Usecases = {\n',
        `    ${action.camel}: instrument(host, service, '${action.camel}', create${action.pascal}()),\n`,
      )(
        insertBeforeLast(
          '\nconst service =',
          `import { create${action.pascal} } from './usecase/${action.kebab}.ts';\n`,
        )(text),
      ),
    ),
  ];
};

/** A new fact of this service, declared and ready for its outbox. */
export const newFact = (root: string, service: Names, fact: Names): readonly string[] => {
  requireService(root, service);
  return [
    editFile(root, contractPath(service), (text) =>
      text.replace(
        / {2}facts: \{/,
        `  facts: {
    ${fact.camel}: {
      summary: 'What happened, as a sentence in the past tense',
      payload: view({ id: Type.String() }),
    },
  `,
      ),
    ),
  ];
};

const addRedis = (text: string): string =>
  text.includes('createRedis')
    ? text
    : insertAfter(
        "import { instrument, type App, type Host } from '@app/runtime';\n",
        "import { createRedis } from '@app/redis';\n",
      )(
        insertAfter(
          'host, service });\n',
          "  const redis = createRedis(config, { host, role: 'queue' });\n",
        )(text.replace('stores: [db]', 'stores: [db, redis]')),
      );

/** A queue in the contract and its worker, started by the app. */
export const newJob = (root: string, service: Names, job: Names): readonly string[] => {
  requireService(root, service);
  const src = `${folder(service)}/src`;
  const queue = `${service.camel}.queues.${job.camel}`;
  const written = writeNew(root, {
    [`${src}/service/job/${job.kebab}.ts`]: `import type { PayloadOf, ${service.camel} } from '@app/contracts';

/**
 * The job is a hint: look at the row first, do nothing when its state has moved on. It may run
 * twice, late, or not at all; a sweeper makes it again from rows.
 */
export const create${job.pascal}Job =
  (look: (id: string) => Promise<void>) =>
  (payload: PayloadOf<typeof ${queue}>): Promise<void> =>
    look(payload.id);
`,
    [`${folder(service)}/test/unit/${job.kebab}.test.ts`]: `import t from 'tap';
import { create${job.pascal}Job } from '../../src/service/job/${job.kebab}.ts';

await t.test('the job looks at the row it names', async (t) => {
  const looked: string[] = [];
  const run = create${job.pascal}Job((id) => {
    looked.push(id);
    return Promise.resolve();
  });

  await run({ id: 'one' });

  t.same(looked, ['one']);
});
`,
  });
  return [
    ...written,
    editFile(root, contractPath(service), (text) =>
      text.replace(
        / {2}queues: \{\n?/,
        `  queues: {
    ${job.camel}: {
      summary: 'What is looked at, in one line',
      payload: view({ id: Type.String() }),
      attemptsMax: 5,
      backoffMs: 1000,
      concurrency: 4,
    },
  `,
      ),
    ),
    editFile(root, `${src}/config.ts`, (text) =>
      text.includes('redisKeys')
        ? `${text}\n`
        : insertAfter(
            "import { mysqlKeys } from '@app/mysql';\n",
            "import { redisKeys } from '@app/redis';\n",
          )(text.replace('...mysqlKeys', '...mysqlKeys, ...redisKeys')),
    ),
    editFile(root, `${src}/app.ts`, (text) =>
      insertAfter(
        'workers: [',
        `createWorker(host, redis, ${queue}, create${job.pascal}Job(() => Promise.resolve())), `,
      )(
        insertAfter(
          "import { createDatabase } from '@app/mysql';\n",
          "import { createWorker } from '@app/queue';\n",
        )(
          insertBeforeLast(
            "import type { Usecases } from './usecase.ts';",
            `import { create${job.pascal}Job } from './service/job/${job.kebab}.ts';\n`,
          )(`import { ${service.camel} } from '@app/contracts';\n${addRedis(text)}`),
        ),
      ),
    ),
  ];
};
