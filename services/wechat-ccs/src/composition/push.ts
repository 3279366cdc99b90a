import { assert } from '@app/kernel';
import { createPurge, inBatches } from '@app/mysql';
import type { CallContext } from '@app/runtime';
import { createConfiguredPushSecrets } from '../repository/configured-push-secrets.ts';
import { createPushSecrets } from '../repository/push-secrets.ts';
import { createMysqlPushRepository } from '../repository/repo/mysql-push-repository.ts';
import { createPushCodec } from '../service/push/push-codec.ts';
import { createPushJournal } from '../service/push/push-journal.ts';
import type { PushRequest } from '../usecase.ts';
import { createReceivePush } from '../usecase/receive-push.ts';
import { createVerifyPushUrl } from '../usecase/verify-push-url.ts';
import type { Foundation, Group } from './foundation.ts';

/** Much longer than WeChat sends again (seconds), and than a timestamp counts as fresh (a day at most). */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

const requestOf = ({ appId }: { readonly appId: string }, { raw }: CallContext): PushRequest => {
  assert(raw !== undefined, 'a callback comes with its raw request');
  return { appId, query: raw.query, body: raw.body };
};

/** Message push. */
export const createPushGroup = (foundation: Foundation): Group<'verifyPushUrl' | 'receivePush'> => {
  const { named, config, clock, db, directory, host } = foundation;
  const configured = createConfiguredPushSecrets([
    {
      appId: config.wxmpAppId,
      token: config.wxmpPushToken,
      aesKey: config.wxmpPushAesKey,
      mode: config.wxmpPushMode,
    },
    {
      appId: config.wxoaAppId,
      token: config.wxoaPushToken,
      aesKey: config.wxoaPushAesKey,
      mode: config.wxoaPushMode,
    },
  ]);
  const isPlainAllowed = config.env !== 'pro' || config.wxPushAllowPlain;
  const pushSecrets = createPushSecrets({ directory, configured, isPlainAllowed });
  const codec = createPushCodec();
  const pushes = createMysqlPushRepository(foundation);
  const journal = createPushJournal(host.logger);
  const verify = named('verifyPushUrl', createVerifyPushUrl({ pushSecrets, codec }));
  const receive = named(
    'receivePush',
    createReceivePush({
      pushSecrets,
      pushes,
      codec,
      journal,
      clock,
      toleranceMs: config.wxPushToleranceMs,
    }),
  );
  const purge = () => inBatches((limit) => pushes.purge(clock.nowMs() - KEEP_MS, limit));
  return {
    handlers: {
      verifyPushUrl: (params, call) => verify(requestOf(params, call)),
      receivePush: (params, call) => receive(requestOf(params, call)),
    },
    workers: [createPurge(db, host, { tables: { push_message: purge } })],
  };
};
