import { wechatCcs } from '@app/contracts';
import { onHint } from '@app/runtime';
import { createAdminJournal } from '../service/app/admin-journal.ts';
import { createAppHints } from '../service/app/app-hints.ts';
import { createWechatTokenCheck } from '../service/client/wechat-token-check.ts';
import { createWechatTrial } from '../service/client/wechat-trial.ts';
import { createAddApp } from '../usecase/add-app.ts';
import { createDiagnoseApps } from '../usecase/diagnose-apps.ts';
import { createImportToken } from '../usecase/import-token.ts';
import { createListApps } from '../usecase/list-apps.ts';
import { createRefreshApp } from '../usecase/refresh-app.ts';
import { createRemoveApp } from '../usecase/remove-app.ts';
import { createUpdateApp } from '../usecase/update-app.ts';
import { adminOf } from './admin-of.ts';
import type { Foundation, Group } from './foundation.ts';

/** Accounts at WeChat: upkeep by admins. */
export const createAppsGroup = (
  foundation: Foundation,
): Group<
  'listApps' | 'addApp' | 'updateApp' | 'removeApp' | 'importToken' | 'refreshApp' | 'diagnoseApps'
> => {
  const { named, host, directory, appRows, upstream, tokens, keeper } = foundation;
  const states = tokens.states;
  const upkeep = {
    registry: directory,
    rows: appRows,
    trial: createWechatTrial(upstream),
    hints: createAppHints({
      registry: directory,
      broadcast: (appId) => host.hint(wechatCcs.hints.appsChanged, { appId }),
    }),
    journal: createAdminJournal(host.logger),
  };
  const listApps = named(
    'listApps',
    createListApps({ ...foundation, registry: directory, states }),
  );
  const addApp = named('addApp', createAddApp(upkeep));
  const updateApp = named('updateApp', createUpdateApp(upkeep));
  const removeApp = named('removeApp', createRemoveApp(upkeep));
  const importToken = named(
    'importToken',
    createImportToken({
      ...foundation,
      registry: directory,
      check: createWechatTokenCheck(upstream),
      importer: tokens.importer,
      journal: upkeep.journal,
    }),
  );
  const refreshApp = named(
    'refreshApp',
    createRefreshApp({ apps: directory, keeper, journal: upkeep.journal }),
  );
  return {
    handlers: {
      refreshApp: (params, call) => refreshApp(params, adminOf(call)),
      diagnoseApps: named('diagnoseApps', createDiagnoseApps({ ...foundation, states })),
      importToken: (params, call) => importToken(params, adminOf(call)),
      listApps: (params, call) => listApps(params, adminOf(call)),
      addApp: (params, call) => addApp(params, adminOf(call)),
      updateApp: (params, call) => updateApp(params, adminOf(call)),
      removeApp: (params, call) => removeApp(params, adminOf(call)),
    },
    workers: [directory.watch],
    onHints: [onHint(wechatCcs.hints.appsChanged, () => directory.reload())],
  };
};
