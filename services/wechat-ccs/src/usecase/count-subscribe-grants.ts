import type { AppDirectory, SubscribeGrantRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly grants: SubscribeGrantRepository;
}

export const createCountSubscribeGrants =
  ({ apps, grants }: Deps): Usecases['countSubscribeGrants'] =>
  async ({ appId: wantedAppId, openid, templateIds }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const counts = await grants.count({ appId, openid }, templateIds);
    return {
      grants: templateIds.map((templateId) => ({
        templateId,
        remaining: counts.get(templateId) ?? null,
      })),
    };
  };
