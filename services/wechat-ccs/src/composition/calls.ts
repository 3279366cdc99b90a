import { createIdempotency } from '@app/mysql';
import { createMysqlMediaCheckRepository } from '../repository/repo/mysql-media-check-repository.ts';
import { sessionCrypto } from '../service/client/session-crypto.ts';
import { createWechatContentChecks } from '../service/client/wechat-content-checks.ts';
import { createWechatLinks } from '../service/client/wechat-links.ts';
import { createWechatQrCodes } from '../service/client/wechat-qr-codes.ts';
import { createWechatQuotaClearing } from '../service/client/wechat-quota-clearing.ts';
import { createWechatSessions } from '../service/client/wechat-sessions.ts';
import { createOnMediaVerdictPushed } from '../service/event/on-media-verdict-pushed.ts';
import { createMediaCheckPurge } from '../service/job/purge-media-checks.ts';
import { createCheckMedia } from '../usecase/check-media.ts';
import { createCheckSession } from '../usecase/check-session.ts';
import { createCheckText } from '../usecase/check-text.ts';
import { createClearQuota } from '../usecase/clear-quota.ts';
import { createCreateQrCode } from '../usecase/create-qr-code.ts';
import { createCreateShortLink } from '../usecase/create-short-link.ts';
import { createCreateSquareQrCode } from '../usecase/create-square-qr-code.ts';
import { createCreateUnlimitedQrCode } from '../usecase/create-unlimited-qr-code.ts';
import { createCreateUrlLink } from '../usecase/create-url-link.ts';
import { createCreateUrlScheme } from '../usecase/create-url-scheme.ts';
import { createDecryptUserData } from '../usecase/decrypt-user-data.ts';
import { createListQuotas } from '../usecase/list-quotas.ts';
import { createResetSession } from '../usecase/reset-session.ts';
import { createAdminJournal } from '../service/app/admin-journal.ts';
import { adminOf } from './admin-of.ts';
import type { Foundation, Group } from './foundation.ts';

type CallNames =
  | 'checkSession'
  | 'resetSession'
  | 'decryptUserData'
  | 'createUnlimitedQrCode'
  | 'createQrCode'
  | 'createSquareQrCode'
  | 'createUrlScheme'
  | 'createUrlLink'
  | 'createShortLink'
  | 'checkText'
  | 'checkMedia'
  | 'listQuotas'
  | 'clearQuota';

/** Sessions, codes, links, content checks and the allowances they draw from. */
export const createCallsGroup = (foundation: Foundation): Group<CallNames> => {
  const { host, db, redis, outbox, clock, api, wechat, quotas, named } = foundation;
  const mediaChecks = createMysqlMediaCheckRepository({ db, outbox, clock });
  const deps = {
    ...foundation,
    crypto: sessionCrypto,
    sessions: createWechatSessions(api),
    qrCodes: createWechatQrCodes(api),
    links: createWechatLinks(api),
    contentChecks: createWechatContentChecks(api),
    mediaChecks,
    clearing: createWechatQuotaClearing({ api, wechat, quotas }),
  };
  const idempotency = createIdempotency(db, host);
  const listQuotas = named('listQuotas', createListQuotas(deps));
  const journal = createAdminJournal(host.logger);
  const clearQuota = named('clearQuota', createClearQuota({ ...deps, journal }));
  return {
    handlers: {
      checkSession: named('checkSession', createCheckSession(deps)),
      resetSession: named('resetSession', createResetSession(deps)),
      decryptUserData: named('decryptUserData', createDecryptUserData(deps)),
      createUnlimitedQrCode: named('createUnlimitedQrCode', createCreateUnlimitedQrCode(deps)),
      createQrCode: named('createQrCode', createCreateQrCode(deps)),
      createSquareQrCode: named('createSquareQrCode', createCreateSquareQrCode(deps)),
      createUrlScheme: named('createUrlScheme', createCreateUrlScheme(deps)),
      createUrlLink: named('createUrlLink', createCreateUrlLink(deps)),
      createShortLink: named('createShortLink', createCreateShortLink(deps)),
      checkText: named('checkText', createCheckText(deps)),
      checkMedia: named('checkMedia', createCheckMedia(deps)),
      listQuotas: (params, call) => listQuotas(params, adminOf(call)),
      clearQuota: (params, call) =>
        idempotency.run(call, params, () => clearQuota(params, adminOf(call))),
    },
    workers: [
      createOnMediaVerdictPushed({ host, db, verdicts: mediaChecks }),
      createMediaCheckPurge({ host, redis, clock, mediaChecks }),
    ],
  };
};
