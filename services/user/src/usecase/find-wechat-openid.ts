import type { IdentityRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly identities: Pick<IdentityRepository, 'findSubject'>;
}

export const createFindWechatOpenid =
  ({ identities }: Deps): Usecases['findWechatOpenid'] =>
  async ({ userId, appId }) => ({
    openid: (await identities.findSubject(userId, { provider: 'wechat', realm: appId })) ?? null,
  });
