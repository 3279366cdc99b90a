import { givenEnv, loadEnv } from './env.ts';
import { pingMysql } from './infra/probe.ts';
import { adminLogin, givenAddress } from './infra/resolve.ts';
import { migrateServices } from './migrate-services.ts';
import { runDir } from './paths.ts';
import { readState } from './process/state.ts';
import { CommandError, dim, green, say } from './say.ts';
import { servicesWithSchema } from './suite.ts';

/** `migrate [service]`: against the given MySQL, else against that of the running suite. */
export const migrateCommand = async (args: readonly string[]): Promise<void> => {
  const known = servicesWithSchema();
  const unknown = args.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new CommandError(
      `"${unknown}" has no migrations. Services that have: ${known.join(', ')}`,
    );
  const env = loadEnv(known, true);
  const given = givenAddress(givenEnv(), 'mysql');
  const running = readState(runDir)?.stores.find(({ name }) => name === 'mysql');
  const address = given ?? running?.address;
  if (address === undefined)
    throw new CommandError(
      'which MySQL? Start the suite (./make.sh up), or set MYSQL_ADDR, MYSQL_ADMIN_USER and MYSQL_ADMIN_PASS.',
    );
  const source = given === undefined ? (running?.source ?? 'private') : 'environment';
  const admin = adminLogin(env, address, source);
  await pingMysql(admin).catch((error: unknown) => {
    throw new CommandError(
      `MySQL at ${address} does not let ${admin.user} in: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const reports = await migrateServices(env, admin, args.length === 0 ? known : args);
  for (const { schema, applied, total } of reports) {
    say(`${green('✔')} ${schema} ${dim(`${total} migrations, ${applied.length} new`)}`);
    for (const name of applied) say(`    ${name}`);
  }
};
