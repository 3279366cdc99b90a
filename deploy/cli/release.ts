import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '@app/contracts';
import { snapshotContracts } from './checks/contract-compatibility.ts';
import { lockMigrations } from './checks/migrations.ts';
import { repositoryRoot } from './repository.ts';

/**
 * Freezes today's contracts and migrations as what `./make.sh check` compares with. Run it when a
 * version ships; what it overwrites stays visible in the diff.
 */
const write = (file: string, value: unknown): void =>
  writeFileSync(
    join(repositoryRoot, 'deploy/released', file),
    `${JSON.stringify(value, null, 2)}\n`,
  );

write('contracts.json', snapshotContracts(services));
write('migrations.json', lockMigrations(repositoryRoot));
console.log('written: deploy/released/contracts.json, deploy/released/migrations.json');
