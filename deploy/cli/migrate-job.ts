import { join } from 'node:path';
import { migrate } from '@app/mysql';

/**
 * The migrate job of one service, inside its image (deploy/docker/build.sh puts it beside `dist`).
 * Reads MYSQL_ADDR, MYSQL_ADMIN_USER, MYSQL_ADMIN_PASS, SERVICE and the service's own MYSQL_PASS.
 */
const keys = [
  'SERVICE',
  'MYSQL_ADDR',
  'MYSQL_ADMIN_USER',
  'MYSQL_ADMIN_PASS',
  'MYSQL_PASS',
] as const;
const missing = keys.filter((key) => (process.env[key] ?? '') === '');
if (missing.length > 0) {
  console.error(`the migrate job needs ${missing.join(', ')}`);
  process.exit(78);
}

const value = (key: (typeof keys)[number]): string => process.env[key] ?? '';
const { schema, applied, total } = await migrate({
  adminConfig: {
    addr: value('MYSQL_ADDR'),
    user: value('MYSQL_ADMIN_USER'),
    password: value('MYSQL_ADMIN_PASS'),
  },
  service: value('SERVICE'),
  migrationsDir: join(import.meta.dirname, 'dist/migrations'),
  account: { password: value('MYSQL_PASS') },
});
console.log(`${schema}: ${total} migrations, ${applied.length} new ${applied.join(', ')}`.trim());
