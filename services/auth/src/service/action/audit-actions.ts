import type { auth } from '@app/contracts';
import { errorCode } from '@app/kernel';
import type { CallContext, Handlers } from '@app/runtime';
import type { AuditUsecases } from '../../usecase.ts';

type AuditHandlers = Pick<
  Handlers<typeof auth>,
  'beginAdminWrite' | 'completeAdminWrite' | 'listAuditLog' | 'verifyAuditLog'
>;

/** Contract → use-case, nothing else. */
export const auditHandlers = (usecases: AuditUsecases): AuditHandlers => ({
  beginAdminWrite: (params) => usecases.beginAdminWrite(params),
  completeAdminWrite: async (params) => {
    await usecases.completeAdminWrite(params);
    return null;
  },
  listAuditLog: async (query) => {
    const { items, nextCursor } = await usecases.listAuditLog(query);
    return { items: [...items], nextCursor };
  },
  verifyAuditLog: (query) => usecases.verifyAuditLog(query),
});

const routeOf = ({ action: { route } }: CallContext): string =>
  route === undefined ? '' : `${route.method} ${route.path}`;

/** What the operator's commands do is noted as the gateway notes what admins do. */
export const asOperator = async <R>(
  usecases: AuditUsecases,
  call: CallContext,
  { target, work }: { readonly target: string; readonly work: () => Promise<R> },
): Promise<R> => {
  const { action, requestId, clientIp } = call;
  const { seq } = await usecases.beginAdminWrite({
    actor: 'operator',
    action: action.name,
    route: routeOf(call),
    target,
    requestId,
    clientIp,
    paramsDigest: undefined,
  });
  const end = (status: number, outcome: string): Promise<void> =>
    usecases.completeAdminWrite({ intentSeq: seq, status, outcome });
  try {
    const result = await work();
    await end(action.route?.status ?? 200, 'ok');
    return result;
  } catch (error) {
    await end(errorCode(error) === undefined ? 500 : 400, errorCode(error) ?? 'INTERNAL');
    throw error;
  }
};

/** Failures that say something about the account; a locked one would only fill the log. */
const notedFailures: Readonly<Record<string, number>> = {
  ADMIN_LOGIN_INVALID: 401,
  ADMIN_DISABLED: 403,
};

/** Notes who signed in, and which tries failed. */
export const noteLogin = async <R extends { readonly admin: { readonly id: string } }>(
  usecases: AuditUsecases,
  call: CallContext,
  work: () => Promise<R>,
): Promise<R> => {
  const { requestId, clientIp, action } = call;
  const what = { action: action.name, route: routeOf(call), target: '', requestId, clientIp };
  try {
    const result = await work();
    await usecases.recordAdminEvent({
      ...what,
      actor: result.admin.id,
      status: 200,
      outcome: 'ok',
    });
    return result;
  } catch (error) {
    const outcome = errorCode(error) ?? '';
    const status = notedFailures[outcome];
    if (status !== undefined)
      await usecases.recordAdminEvent({ ...what, actor: null, status, outcome });
    throw error;
  }
};
