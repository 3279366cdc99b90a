import type { auth } from '@app/contracts';
import { assert } from '@app/kernel';
import type { CallContext, Handlers } from '@app/runtime';
import type { AdminUsecases, AuditUsecases, SignedInAdmin } from '../../usecase.ts';
import { asOperator, noteLogin } from './audit-actions.ts';

const signedInAdmin = ({ caller }: CallContext): SignedInAdmin => {
  assert(caller.kind === 'admin', 'a route for admins is called by one');
  assert(caller.sessionId !== undefined, 'a gateway tells the session of an admin');
  return { adminId: caller.adminId, sessionId: caller.sessionId };
};

const actorOf = (call: CallContext): string => signedInAdmin(call).adminId;

type AdminHandlers = Pick<Handlers<typeof auth>, keyof AdminUsecases | 'listOwners'>;

/** Contract → use-case, nothing else. */
export const adminHandlers = (usecases: AdminUsecases & AuditUsecases): AdminHandlers => ({
  loginAdmin: (params, call) =>
    noteLogin(usecases, call, () => usecases.loginAdmin({ ...params, clientIp: call.clientIp })),
  logoutAdmin: async (_, call) => {
    await usecases.logoutAdmin(signedInAdmin(call));
    return null;
  },
  changeOwnPassword: async (params, call) => {
    const { clientIp } = call;
    await usecases.changeOwnPassword({ ...params, clientIp, adminId: actorOf(call) });
    return null;
  },
  listAdmins: async (query) => {
    const { items, nextCursor } = await usecases.listAdmins(query);
    return { items: [...items], nextCursor };
  },
  getAdmin: (query) => usecases.getAdmin(query),
  createAdmin: (params, call) => usecases.createAdmin({ ...params, actor: actorOf(call) }),
  updateAdmin: (params, call) => usecases.updateAdmin({ ...params, actor: actorOf(call) }),
  deleteAdmin: async (params, call) => {
    await usecases.deleteAdmin({ ...params, actor: actorOf(call) });
    return null;
  },
  listRoles: async (query) => {
    const { items, nextCursor } = await usecases.listRoles(query);
    return { items: [...items], nextCursor };
  },
  getRole: (query) => usecases.getRole(query),
  createRole: (params, call) => usecases.createRole({ ...params, actor: actorOf(call) }),
  updateRole: (params, call) => usecases.updateRole({ ...params, actor: actorOf(call) }),
  deleteRole: async (params, call) => {
    await usecases.deleteRole({ ...params, actor: actorOf(call) });
    return null;
  },
  listMarks: async () => ({ items: [...(await usecases.listMarks())] }),
  createOwner: (params, call) =>
    asOperator(usecases, call, {
      target: params.username,
      work: () => usecases.createOwner(params),
    }),
  resetAdminPassword: (params, call) =>
    asOperator(usecases, call, {
      target: params.username,
      work: async () => {
        await usecases.resetAdminPassword(params);
        return null;
      },
    }),
  listOwners: async (query) => {
    const { items, nextCursor } = await usecases.listAdmins(query);
    return { items: [...items], nextCursor };
  },
});
