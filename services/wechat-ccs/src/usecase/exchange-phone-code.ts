import type { AppDirectory } from '../repository.ts';
import type { TokenKeeper, WechatClient } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly keeper: TokenKeeper;
  readonly wechat: WechatClient;
}

/** WeChat looks at the token before the code, so a code survives the repeat after a refused token. */
export const createExchangePhoneCode =
  ({ apps, keeper, wechat }: Deps): Usecases['exchangePhoneCode'] =>
  async ({ appId: wantedAppId, code }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const { phone, countryCode } = await keeper.withToken(appId, (accessToken) =>
      wechat.exchangePhoneCode(appId, accessToken, code),
    );
    return { phone, countryCode };
  };
