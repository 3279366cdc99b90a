import type { ParamsOf, ResultOf, wechatCcs } from '@app/contracts';

type Actions = typeof wechatCcs.actions;

/** What this service can do: one entry per file in `usecase/`. */
export interface Usecases {
  /** @throws WECHAT_CODE_INVALID, WECHAT_LOGIN_BLOCKED, WECHAT_APP_UNKNOWN, UPSTREAM_WECHAT_… */
  exchangeLoginCode(
    command: ParamsOf<Actions['exchangeLoginCode']>,
  ): Promise<ResultOf<Actions['exchangeLoginCode']>>;
  /** @throws WECHAT_PHONE_CODE_INVALID, WECHAT_APP_UNKNOWN, UPSTREAM_WECHAT_… */
  exchangePhoneCode(
    command: ParamsOf<Actions['exchangePhoneCode']>,
  ): Promise<ResultOf<Actions['exchangePhoneCode']>>;
  /** @throws WECHAT_APP_UNKNOWN, UPSTREAM_WECHAT_… */
  getAccessToken(
    query: ParamsOf<Actions['getAccessToken']>,
  ): Promise<ResultOf<Actions['getAccessToken']>>;
  /** @throws WECHAT_APP_UNKNOWN, UPSTREAM_WECHAT_… */
  invalidateAccessToken(
    command: ParamsOf<Actions['invalidateAccessToken']>,
  ): Promise<ResultOf<Actions['invalidateAccessToken']>>;
}
