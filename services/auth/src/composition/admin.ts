import { instrument, type Host } from '@app/runtime';
import type { Database } from '@app/mysql';
import { createMysqlAdminDirectory } from '../repository/repo/mysql-admin-directory.ts';
import { createMysqlLoginAttempts } from '../repository/repo/mysql-login-attempts.ts';
import type { Tables } from '../repository/repo/tables.ts';
import type { RevocationHints, TokenMint } from '../service.ts';
import { createArgon2PasswordHasher } from '../service/password/argon2-password-hasher.ts';
import { createOneByOne } from '../service/password/serial-work.ts';
import { createKnownMarks } from '../service/registry/known-marks.ts';
import type { AdminUsecases } from '../usecase.ts';
import { createChangeOwnPassword } from '../usecase/admin/change-own-password.ts';
import { createCreateAdmin } from '../usecase/admin/create-admin.ts';
import { createCreateOwner } from '../usecase/admin/create-owner.ts';
import { createCreateRole } from '../usecase/admin/create-role.ts';
import { createDeleteAdmin } from '../usecase/admin/delete-admin.ts';
import { createDeleteRole } from '../usecase/admin/delete-role.ts';
import { createGetAdmin } from '../usecase/admin/get-admin.ts';
import { createGetRole } from '../usecase/admin/get-role.ts';
import { createListAdmins } from '../usecase/admin/list-admins.ts';
import { createListMarks } from '../usecase/admin/list-marks.ts';
import { createListRoles } from '../usecase/admin/list-roles.ts';
import { createLoginAdmin } from '../usecase/admin/login-admin.ts';
import { createLogoutAdmin } from '../usecase/admin/logout-admin.ts';
import { createResetAdminPassword } from '../usecase/admin/reset-admin-password.ts';
import { createUpdateAdmin } from '../usecase/admin/update-admin.ts';
import { createUpdateRole } from '../usecase/admin/update-role.ts';

interface Shared {
  readonly service: string;
  readonly db: Database<Tables>;
  readonly hints: RevocationHints;
  readonly mint: TokenMint;
}

/** Admins, their roles and sessions. */
export const createAdminUsecases = (host: Host, shared: Shared): AdminUsecases => {
  const { service, db, hints, mint } = shared;
  const deps = {
    directory: createMysqlAdminDirectory({ db }),
    attempts: createMysqlLoginAttempts({ db }),
    passwords: createArgon2PasswordHasher(),
    oneByOne: createOneByOne(),
    knownMarks: createKnownMarks(host),
    mint,
    hints,
    clock: host.clock,
    ids: host.ids,
  };
  const run = <Name extends keyof AdminUsecases>(
    name: Name,
    usecase: AdminUsecases[Name],
  ): AdminUsecases[Name] => instrument(host, service, name, usecase);
  return {
    loginAdmin: run('loginAdmin', createLoginAdmin(deps)),
    logoutAdmin: run('logoutAdmin', createLogoutAdmin(deps)),
    changeOwnPassword: run('changeOwnPassword', createChangeOwnPassword(deps)),
    listAdmins: run('listAdmins', createListAdmins(deps)),
    getAdmin: run('getAdmin', createGetAdmin(deps)),
    createAdmin: run('createAdmin', createCreateAdmin(deps)),
    updateAdmin: run('updateAdmin', createUpdateAdmin(deps)),
    deleteAdmin: run('deleteAdmin', createDeleteAdmin(deps)),
    listRoles: run('listRoles', createListRoles(deps)),
    getRole: run('getRole', createGetRole(deps)),
    createRole: run('createRole', createCreateRole(deps)),
    updateRole: run('updateRole', createUpdateRole(deps)),
    deleteRole: run('deleteRole', createDeleteRole(deps)),
    listMarks: run('listMarks', createListMarks(deps)),
    createOwner: run('createOwner', createCreateOwner(deps)),
    resetAdminPassword: run('resetAdminPassword', createResetAdminPassword(deps)),
  };
};
