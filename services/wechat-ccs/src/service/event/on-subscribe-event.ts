import { wechatCcs, type PayloadOf } from '@app/contracts';
import { factConsumer, type CoreTables, type Database } from '@app/mysql';
import type { Host, Part } from '@app/runtime';
import type { TransactionScope } from '../../repository.ts';

interface Deps<T extends CoreTables> {
  readonly host: Host;
  readonly db: Database<T>;
  readonly record: (
    pushed: PayloadOf<typeof wechatCcs.facts.messagePushed>,
    scope: TransactionScope,
  ) => Promise<void>;
}

/** Our own fact, of which others have handlers too: hence a consumer of a name of its own. */
export const createOnSubscribeEvent = <T extends CoreTables>({ host, db, record }: Deps<T>): Part =>
  factConsumer({
    host,
    db,
    fact: wechatCcs.facts.messagePushed,
    consumer: 'wechat-ccs-subscribe-events',
    handle: (pushed, { tx }) => record(pushed, tx),
  });
