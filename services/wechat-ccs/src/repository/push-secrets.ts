import type { PushSecret } from '../domain/push-message.ts';
import type { AppDirectory, AppSecrets, PushSecrets } from '../repository.ts';

interface Deps {
  readonly directory: Pick<AppDirectory, 'find'> & Pick<AppSecrets, 'pushSettingsOf'>;
  /** Of the environment; what an admin wrote comes first. */
  readonly configured: PushSecrets;
  /** Without it an app whose row has no EncodingAESKey has no message push. */
  readonly isPlainAllowed: boolean;
}

/** Message push of the apps there are, as rows and the environment have it. */
export const createPushSecrets = ({ directory, configured, isPlainAllowed }: Deps): PushSecrets => {
  const ofRow = (appId: string): PushSecret | undefined => {
    const { token, encodingAesKey } = directory.pushSettingsOf(appId);
    if (token === null) return undefined;
    if (encodingAesKey !== null) return { token, aesKey: encodingAesKey, mode: 'secure' };
    return isPlainAllowed ? { token, aesKey: null, mode: 'plain' } : undefined;
  };
  return {
    find(appId) {
      if (directory.find(appId) === undefined) return undefined;
      const isWritten = directory.pushSettingsOf(appId).token !== null;
      return isWritten ? ofRow(appId) : configured.find(appId);
    },
  };
};
