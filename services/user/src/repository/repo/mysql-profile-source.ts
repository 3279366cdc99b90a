import type { Database } from '@app/mysql';
import type { User } from '../../domain/user.ts';
import type { PersonalData } from './personal-data.ts';
import { selectUser } from './mysql-user-repository.ts';
import type { Tables } from './tables.ts';
import { toUser } from './user-rows.ts';

/** Where profiles for reading come from. */
export interface ProfileSource {
  load(userId: string, where: 'replica' | 'primary'): Promise<User | undefined>;
}

interface Deps {
  readonly db: Database<Tables>;
  readonly personalData: PersonalData;
}

export const createMysqlProfileSource = ({ db, personalData }: Deps): ProfileSource => ({
  load: async (userId, where) => {
    const row =
      (where === 'replica' ? await selectUser(db.read, userId).executeTakeFirst() : undefined) ??
      // A person who registered just now may not have reached the replica yet.
      (await selectUser(db.write, userId).executeTakeFirst());
    return row === undefined ? undefined : toUser(row, personalData);
  },
});
