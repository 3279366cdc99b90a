import type { PushSecret } from '../domain/push-message.ts';
import type { PushSecrets } from '../repository.ts';

/** Message push as the configuration has it: an app without a token has none. */
export const createConfiguredPushSecrets = (
  apps: readonly {
    readonly appId: string | undefined;
    readonly token: string | undefined;
    readonly aesKey: string | undefined;
    readonly mode: PushSecret['mode'];
  }[],
): PushSecrets => {
  const secrets = new Map<string, PushSecret>();
  for (const { appId, token, aesKey, mode } of apps)
    if (appId !== undefined && token !== undefined)
      secrets.set(appId, { token, aesKey: aesKey ?? null, mode });
  return { find: (appId) => secrets.get(appId) };
};
