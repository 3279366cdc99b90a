import { toRfc3339, type Clock } from '@app/kernel';
import { readOpenData } from '../domain/open-data.ts';
import { fieldInvalid, wechatCcsError } from '../errors.ts';
import type { AppDirectory, SessionKeyRepository } from '../repository.ts';
import type { SessionCrypto } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly sessionKeys: SessionKeyRepository;
  readonly crypto: Pick<SessionCrypto, 'isSignatureOf' | 'decrypt'>;
  readonly clock: Clock;
}

/**
 * Whatever does not fit is one and the same error: telling a wrong padding from a wrong watermark
 * would let a forger read other people's data byte by byte.
 */
export const createDecryptUserData =
  ({ apps, sessionKeys, crypto, clock }: Deps): Usecases['decryptUserData'] =>
  async ({ appId: wantedAppId, openid, encryptedData, iv, rawData, signature, maxAgeSeconds }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    if ((rawData === undefined) !== (signature === undefined)) {
      const missing = rawData === undefined ? 'rawData' : 'signature';
      throw fieldInvalid(missing, 'must be given: rawData and signature go together');
    }
    const stored = await sessionKeys.find(appId, openid);
    if (stored === undefined) throw wechatCcsError('WECHAT_SESSION_UNKNOWN');

    const { sessionKey } = stored;
    const isSigned =
      rawData === undefined ||
      signature === undefined ||
      crypto.isSignatureOf(signature, rawData, sessionKey);
    const plaintext = isSigned ? crypto.decrypt(sessionKey, encryptedData, iv) : undefined;
    const expected = { appId, openid, nowMs: clock.nowMs(), maxAgeSeconds };
    const opened = plaintext === undefined ? undefined : readOpenData(plaintext, expected);
    if (opened === undefined) throw wechatCcsError('WECHAT_USER_DATA_INVALID');
    return { openid, watermarkAt: toRfc3339(opened.watermarkAtMs), data: { ...opened.data } };
  };
