import type { WechatApp } from '../domain/wechat-app.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppDirectory } from '../repository.ts';

/** The accounts of the configuration; the first mini program is the default one. */
export const createConfiguredApps = (apps: readonly WechatApp[]): AppDirectory => {
  const byId = new Map(apps.map((app) => [app.appId, app]));
  const unknown = (appId: string | undefined) =>
    wechatCcsError('WECHAT_APP_UNKNOWN', { data: { appId } });
  return {
    get(appId) {
      const app = byId.get(appId);
      if (app === undefined) throw unknown(appId);
      return app;
    },
    getMiniProgram(appId) {
      const app =
        appId === undefined ? apps.find(({ kind }) => kind === 'mini_program') : byId.get(appId);
      if (app?.kind !== 'mini_program') throw unknown(appId);
      return app;
    },
    list: () => apps,
  };
};
