import type { NoticeReader, SettlePayment } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly notices: NoticeReader;
  readonly settle: SettlePayment;
}

export const createReceivePaymentNotice =
  ({ notices, settle }: Deps): Usecases['receivePaymentNotice'] =>
  async (notice) => {
    await settle.apply(await notices.readPayment(notice), 'notice');
  };
