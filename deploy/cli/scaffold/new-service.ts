import { editFile, insertAfter, insertBeforeLast, writeNew } from './edit.ts';
import type { Names } from './names.ts';
import { serviceFiles } from './service-files.ts';

const composeEntry = ({ kebab, upper }: Names): string => `  ${kebab}:
    <<: *process
    image: mini-program-mall/${kebab}:\${RELEASE:-latest}
    build:
      context: .
      dockerfile: deploy/docker/service.Dockerfile
      args: { SERVICE: ${kebab} }
    environment:
      <<: *environment
      MYSQL_PASS: \${${upper}_MYSQL_PASS:?}
    depends_on:
      nats: { condition: service_healthy }
      redis-queue: { condition: service_healthy }
      ${kebab}-migrate: { condition: service_completed_successfully }
    healthcheck: *health
    deploy: *limits

  ${kebab}-migrate:
    <<: *migrate
    image: mini-program-mall/${kebab}:\${RELEASE:-latest}
    environment:
      <<: *migrate-environment
      SERVICE: ${kebab}
      MYSQL_PASS: \${${upper}_MYSQL_PASS:?}

`;

const COMPOSE_MARKER = '  # ---- new services go here';

const stampOf = (at: Date): string => at.toISOString().replaceAll(/[-:]/g, '').slice(0, 13);

/** Writes a working service and its few traces elsewhere; returns every path it touched. */
export const newService = (root: string, names: Names, at: Date): readonly string[] => [
  ...writeNew(root, serviceFiles(names, stampOf(at))),
  editFile(
    root,
    'packages/contracts/src/index.ts',
    (text) => `${text.trimEnd()}\nexport * from './${names.kebab}/index.ts';\n`,
  ),
  editFile(root, 'packages/contracts/src/catalogue.ts', (text) =>
    insertAfter(
      "import { auth } from './auth/index.ts';\n",
      `import { ${names.camel} } from './${names.kebab}/index.ts';\n`,
    )(
      insertAfter(
        'export const services = {\n',
        names.kebab === names.camel
          ? `  ${names.camel},\n`
          : `  '${names.kebab}': ${names.camel},\n`,
      )(text),
    ),
  ),
  editFile(
    root,
    'tsconfig.json',
    insertAfter('"references": [\n', `    { "path": "services/${names.kebab}" },\n`),
  ),
  editFile(root, 'docker-compose.prod.yml', insertBeforeLast(COMPOSE_MARKER, composeEntry(names))),
  editFile(
    root,
    'deploy/prod.env.example',
    insertBeforeLast('REDIS_PASS=\n', `${names.upper}_MYSQL_PASS=\n`),
  ),
  editFile(
    root,
    'deploy/prometheus/prometheus.yml',
    insertBeforeLast('          - user\n', `          - ${names.kebab}\n`),
  ),
  editFile(
    root,
    '.github/CODEOWNERS',
    insertBeforeLast('/gateway/', `/services/${names.kebab}/ @mall/platform\n`),
  ),
];
