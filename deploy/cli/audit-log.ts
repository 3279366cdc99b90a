import type { ResultOf, auth } from '@app/contracts';
import { createOperator, type Operator } from './operator.ts';
import { CommandError, dim, green, say } from './say.ts';

type Verified = ResultOf<typeof auth.actions.verifyAuditLog>;

const problems: Readonly<Record<NonNullable<Verified['broken']>['problem'], string>> = {
  altered: 'was altered after it was written',
  missing: 'is missing',
  unlinked: 'does not follow from the row before it: one of the two was replaced',
};

const verify = async (operator: Operator): Promise<void> => {
  let checked = 0;
  let afterSeq = 0;
  for (;;) {
    const path = `/internal/v1/audit/verification?afterSeq=${afterSeq}`;
    const answer = await operator.ask<Verified>('GET', path);
    checked += answer.checked;
    if (answer.broken !== null)
      throw new CommandError(
        `the audit log is broken: row ${answer.broken.seq} ${problems[answer.broken.problem]} (${checked} rows before it are sound)`,
      );
    if (answer.complete) {
      say(`${green('✔')} the audit log is whole: ${checked} rows`);
      say(dim(`  the last has the hash ${answer.lastHash}; keep it elsewhere to compare`));
      return;
    }
    afterSeq = answer.lastSeq;
  }
};

/** `audit-log verify`: exit code 1 when a row was altered, replaced or removed. */
export const auditLog = async ([what, ...rest]: readonly string[]): Promise<void> => {
  if (what !== 'verify' || rest.length > 0)
    throw new CommandError('usage: ./make.sh audit-log verify', 2);
  await verify(createOperator());
};
