import { compileSnapshot, createCompiler } from '@app/mysql';
import t from 'tap';
import {
  linkIdentities,
  selectOwners,
  selectSubject,
} from '../../../src/repository/repo/mysql-identity-repository.ts';
import {
  lockOwner,
  selectAddresses,
} from '../../../src/repository/repo/mysql-address-repository.ts';
import {
  selectStaleContacts,
  selectStalePhones,
} from '../../../src/repository/repo/mysql-sealed-rows.ts';
import { lockUser, selectUser } from '../../../src/repository/repo/mysql-user-repository.ts';
import type { Tables } from '../../../src/repository/repo/tables.ts';

const db = createCompiler<Tables>();
const userId = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';
const key = { provider: 'wechat', realm: 'wxapp', subject: 'oA' } as const;

t.test('the SQL that runs is the SQL that was reviewed', async (t) => {
  const queries = {
    selectUser: selectUser(db, userId),
    lockUser: lockUser(db, userId),
    selectOwners: selectOwners(db, [key, { ...key, provider: 'wechat-union', realm: '' }]),
    selectSubject: selectSubject(db, userId, key),
    linkIdentities: linkIdentities(db, [
      { id: userId, user_id: userId, ...key, created_at: new Date(0) },
    ]),
    selectAddresses: selectAddresses(db, userId),
    lockOwner: lockOwner(db, userId),
    selectStalePhones: selectStalePhones(db, 'k2', '', 500),
    selectStaleContacts: selectStaleContacts(db, 'k2', '', 500),
  };
  for (const [name, query] of Object.entries(queries)) {
    t.matchSnapshot(compileSnapshot(query), name);
  }
});
