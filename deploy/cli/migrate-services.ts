import { MigrationError, migrate, type MigrationReport } from '@app/mysql';
import { envPrefix, schemaOf, type Env } from './env.ts';
import type { MysqlLogin } from './infra/probe.ts';
import { servicePasswords } from './infra/resolve.ts';
import { CommandError } from './say.ts';
import { migrationsDirOf, servicesWithSchema } from './suite.ts';

/** Brings the schemas of these services (by default all) up to date, side by side; each has its own lock. */
export const migrateServices = async (
  env: Env,
  admin: MysqlLogin,
  services = servicesWithSchema(),
): Promise<readonly MigrationReport[]> => {
  const passwords = servicePasswords(env);
  const adminConfig = { addr: admin.address, user: admin.user, password: admin.password };
  const outcomes = await Promise.allSettled(
    services.map((service) =>
      migrate({
        adminConfig,
        service,
        migrationsDir: migrationsDirOf(service),
        schema: env[`${envPrefix(service)}_MYSQL_SCHEMA`] ?? schemaOf(service),
        account: {
          user: env[`${envPrefix(service)}_MYSQL_USER`] ?? schemaOf(service),
          password: passwords[service] ?? '',
        },
      }),
    ),
  );
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  const [first] = failures;
  if (first === undefined)
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const errors = failures.map(({ reason }) => reason as unknown);
  if (!errors.every((error) => error instanceof MigrationError)) throw errors[0];
  throw new CommandError(
    errors.map((error) => (error instanceof Error ? error.message : '')).join('\n\n'),
  );
};
