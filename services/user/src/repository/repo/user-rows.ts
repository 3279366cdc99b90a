import { fromSqlTime, fromSqlTimeOrNull, toSqlTime } from '@app/mysql';
import type { Insertable, Selectable, Updateable } from 'kysely';
import { samePhone, type Phone } from '../../domain/phone.ts';
import type { User } from '../../domain/user.ts';
import type { PersonalData } from './personal-data.ts';
import type { UserTable } from './tables.ts';

/** What a person is read from; the blind index is for looking up only. */
export const userColumns = [
  'user.id',
  'user.nickname',
  'user.avatar_url',
  'user.bio',
  'user.status',
  'user.frozen_reason',
  'user.frozen_at',
  'user.phone_sealed',
  'user.created_at',
] as const;

type UserRow = Omit<Selectable<UserTable>, 'phone_index' | 'phone_key_id' | 'updated_at'>;

export const toUser = (row: UserRow, personalData: PersonalData): User => ({
  id: row.id,
  nickname: row.nickname,
  avatarUrl: row.avatar_url,
  bio: row.bio,
  phone: row.phone_sealed === null ? null : personalData.openPhone(row.id, row.phone_sealed),
  status: row.status,
  frozenReason: row.frozen_reason,
  frozenAtMs: fromSqlTimeOrNull(row.frozen_at),
  createdAtMs: fromSqlTime(row.created_at),
});

const phoneColumns = (userId: string, phone: Phone | null, personalData: PersonalData) => ({
  phone_sealed: phone === null ? null : personalData.sealPhone(userId, phone),
  phone_index: phone === null ? null : personalData.phoneIndex(phone),
});

const plainColumns = (user: User) => ({
  nickname: user.nickname,
  avatar_url: user.avatarUrl,
  bio: user.bio,
  status: user.status,
  frozen_reason: user.frozenReason,
  frozen_at: user.frozenAtMs === null ? null : toSqlTime(user.frozenAtMs),
});

export const toUserRow = (user: User, personalData: PersonalData): Insertable<UserTable> => ({
  id: user.id,
  ...plainColumns(user),
  ...phoneColumns(user.id, user.phone, personalData),
  created_at: toSqlTime(user.createdAtMs),
  updated_at: toSqlTime(user.createdAtMs),
});

/** The columns of an update; the phone is sealed anew only when it changed. */
export const toUserUpdate = (
  current: User,
  next: User,
  personalData: PersonalData,
): Updateable<UserTable> => ({
  ...plainColumns(next),
  ...(samePhone(current.phone, next.phone) ? {} : phoneColumns(next.id, next.phone, personalData)),
});
