import { pay } from '@app/contracts';
import { assert, errorCode } from '@app/kernel';
import { actionHandlers, type CallContext, type ServiceSchema } from '@app/runtime';
import type { RawNotice } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

/** The provider's own form (reference: Pay, 8.2): empty 204, or FAIL and it comes again. */
const accepted = { status: 204 };
const failed = (status: number) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ code: 'FAIL', message: '失败' }),
});

const answerOf = (error: unknown) =>
  failed(errorCode(error) === 'WECHAT_PAY_NOTICE_REFUSED' ? 401 : 500);

const noticeOf = ({ raw }: CallContext): RawNotice => {
  assert(raw !== undefined, 'a callback comes with its raw request');
  return raw;
};

const adminIdOf = ({ caller }: CallContext): string => {
  assert(caller.kind === 'admin', 'a route for admins is called by one');
  return caller.adminId;
};

interface Deps {
  readonly usecases: Usecases;
  /** Told what was answered with FAIL, and why. */
  readonly onFailure: (error: unknown) => void;
}

/** Contract → use-case, nothing else. */
export const createPayActions = ({ usecases, onFailure }: Deps): ServiceSchema => {
  const answering = async (work: Promise<void>) => {
    try {
      await work;
      return accepted;
    } catch (error) {
      onFailure(error);
      return answerOf(error);
    }
  };
  return actionHandlers(pay, {
    createPrepay: (params) => usecases.createPrepay(params),
    findPayment: (params) => usecases.findPayment(params),
    findPayments: (params) => usecases.findPayments(params),
    closePayment: (params) => usecases.closePayment(params),
    createRefund: (params) => usecases.createRefund(params),
    findRefund: (params) => usecases.findRefund(params),
    listBills: (query) => usecases.listBills(query),
    reconcileBill: (command) => usecases.reconcileBill(command),
    listTickets: (query) => usecases.listTickets(query),
    resolveTicket: (command, call) =>
      usecases.resolveTicket({ ...command, adminId: adminIdOf(call) }),
    receivePaymentNotice: (_, call) => answering(usecases.receivePaymentNotice(noticeOf(call))),
    receiveRefundNotice: (_, call) => answering(usecases.receiveRefundNotice(noticeOf(call))),
  });
};
