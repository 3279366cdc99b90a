import type { Clock } from '@app/kernel';
import {
  isFresh,
  readPushMessage,
  type PushFields,
  type PushMessage,
  type PushSecret,
} from '../domain/push-message.ts';
import type { PushRepository, PushSecrets } from '../repository.ts';
import type { PushCodec, PushJournal, PushOutcome } from '../service.ts';
import type { PushRequest, Usecases } from '../usecase.ts';

interface Deps {
  readonly pushSecrets: PushSecrets;
  readonly pushes: PushRepository;
  readonly codec: PushCodec;
  readonly journal: PushJournal;
  readonly clock: Clock;
  /** How far WeChat's timestamp may be from our clock. */
  readonly toleranceMs: number;
}

/** What WeChat is answered; anything but 200 makes it send again, which a refusal does not mind. */
const answers = {
  recorded: { status: 200, body: 'success' },
  repeated: { status: 200, body: 'success' },
  app_unknown: { status: 404, body: 'not found' },
  signature_wrong: { status: 403, body: 'forbidden' },
  stale: { status: 403, body: 'forbidden' },
  plain_refused: { status: 403, body: 'forbidden' },
  cipher_wrong: { status: 403, body: 'forbidden' },
  malformed: { status: 400, body: 'malformed' },
} as const satisfies Record<PushOutcome, { status: number; body: string }>;

/** Larger than any message of WeChat; what is stored and told from it must fit the outbox. */
const BODY_BYTES_MAX = 256 * 1024;

type Verified = { readonly fields: PushFields } | { readonly refused: PushOutcome };

const refuse = (refused: PushOutcome): Verified => ({ refused });

/**
 * Verifies (reference 10.2, 10.3), stores, answers. Whatever else fails is thrown: the gateway makes
 * a 5xx of it, and WeChat sends again.
 */
export const createReceivePush = (deps: Deps): Usecases['receivePush'] => {
  const { pushSecrets, pushes, journal, clock } = deps;

  const end = (appId: string, outcome: PushOutcome, message?: PushMessage) => {
    journal.received({ appId, outcome, message });
    return answers[outcome];
  };

  return async (request) => {
    const { appId } = request;
    const secret = pushSecrets.find(appId);
    if (secret === undefined) return end('unknown', 'app_unknown');
    const verified = verify(deps, request, secret);
    if ('refused' in verified) return end(appId, verified.refused);
    const message = readPushMessage(verified.fields);
    if (message === undefined) return end(appId, 'malformed');
    const isNew = await pushes.record(appId, message, clock.nowMs());
    return end(appId, isNew ? 'recorded' : 'repeated', message);
  };
};

/**
 * The encrypted part is believed wherever there is one, and only it: the plain signature of the
 * query does not cover the body, so plain fields beside it prove nothing.
 */
const verify = (deps: Deps, request: PushRequest, secret: PushSecret): Verified => {
  const { codec, clock, toleranceMs } = deps;
  const { query, body } = request;
  const { timestamp = '' } = query;
  if (!isFresh(timestamp, clock.nowMs(), toleranceMs)) return refuse('stale');
  if (body.length === 0 || body.length > BODY_BYTES_MAX) return refuse('malformed');
  const outer = codec.read(body);
  if (outer === undefined) return refuse('malformed');
  const encrypted = outer['Encrypt'];
  const isEncrypted = encrypted !== undefined || query['encrypt_type'] === 'aes';
  if (isEncrypted)
    return typeof encrypted === 'string'
      ? unseal(codec, request, secret, encrypted)
      : refuse('malformed');
  if (secret.mode === 'secure') return refuse('plain_refused');
  return codec.isSigned(query['signature'], [secret.token, timestamp, query['nonce']])
    ? { fields: outer }
    : refuse('signature_wrong');
};

const unseal = (
  codec: PushCodec,
  { appId, query }: PushRequest,
  { token, aesKey }: PushSecret,
  encrypted: string,
): Verified => {
  const parts = [token, query['timestamp'], query['nonce'], encrypted];
  if (!codec.isSigned(query['msg_signature'], parts)) return refuse('signature_wrong');
  const inner = aesKey === null ? undefined : codec.open(encrypted, { aesKey, appId });
  if (inner === undefined) return refuse('cipher_wrong');
  const fields = codec.read(inner);
  return fields === undefined ? refuse('malformed') : { fields };
};
