import type { UserClient, WechatClient } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly wechat: WechatClient;
  readonly users: UserClient;
}

/** The code is spent by its first use: when binding fails after it, the user presses the button again. */
export const createBindWechatPhone =
  ({ wechat, users }: Deps): Usecases['bindWechatPhone'] =>
  async ({ userId, code }) =>
    users.bindPhone(userId, await wechat.exchangePhoneCode(code));
