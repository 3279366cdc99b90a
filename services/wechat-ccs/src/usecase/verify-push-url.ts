import type { PushSecrets } from '../repository.ts';
import type { PushCodec } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly pushSecrets: PushSecrets;
  readonly codec: PushCodec;
}

/**
 * Reference 10.1. The age of the timestamp is not looked at: an old question that is asked again
 * changes nothing and learns nothing but what it brought.
 */
export const createVerifyPushUrl =
  ({ pushSecrets, codec }: Deps): Usecases['verifyPushUrl'] =>
  ({ appId, query }) => {
    const secret = pushSecrets.find(appId);
    if (secret === undefined) return Promise.resolve({ status: 404, body: 'not found' });
    const { signature, timestamp, nonce, echostr } = query;
    const isGenuine = codec.isSigned(signature, [secret.token, timestamp, nonce]);
    return Promise.resolve(
      isGenuine && echostr !== undefined
        ? { status: 200, body: echostr }
        : { status: 403, body: 'forbidden' },
    );
  };
