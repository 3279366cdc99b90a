import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomHex } from '../random.ts';
import { authenticate } from './authorization.ts';
import { PayError, spell } from './errors.ts';
import { signedHeaders, type PlatformKey } from './keyring.ts';
import type { PayMerchant } from './model.ts';
import type { PayState } from './state.ts';

/** One request of an authenticated merchant. */
export interface PayCall {
  readonly merchant: PayMerchant;
  readonly body: Buffer;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Where the caller reached this sandbox. */
  readonly baseUrl: string;
}

/** JSON, nothing (204), or bytes that are not signed (bill files). */
export type PayAnswer = { readonly json: object } | { readonly bytes: Buffer } | 'no content';

const rawBody = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

const authenticated = (request: FastifyRequest, state: PayState): PayMerchant =>
  authenticate(
    {
      method: request.method,
      target: request.raw.url ?? request.url,
      body: rawBody(request),
      authorization: request.headers.authorization,
    },
    (mchid) => state.findMerchant(mchid),
    state.clock.nowMs(),
  );

/** The key for an answer: the public key when the request names it, else the newest certificate. */
const answerKey = (request: FastifyRequest, state: PayState, mchid: string): PlatformKey => {
  const wanted = request.headers['wechatpay-serial'];
  const isPublicKey = wanted === state.publicKey(mchid).serial;
  return state.signingKey(mchid, isPublicKey ? 'public_key' : 'certificate');
};

const refuse = (
  reply: FastifyReply,
  error: PayError,
  merchant: PayMerchant | undefined,
): { status: number; text: string } => {
  const code = spell(error.code, merchant?.settings.spelling ?? 'usual');
  const { message, detail } = error;
  reply.type('application/json; charset=utf-8');
  return {
    status: error.status,
    text: JSON.stringify({ code, message, ...(detail && { detail }) }),
  };
};

/**
 * Serves one path of api.mch.weixin.qq.com: checks the signature over the bytes as they came,
 * before anything takes effect, and signs what goes back. What fails authentication is answered
 * unsigned.
 */
export const servePay = (
  app: FastifyInstance,
  state: PayState,
  method: 'GET' | 'POST',
  url: string,
  handle: (call: PayCall) => PayAnswer,
): void => {
  app.route({
    method,
    url,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      reply.header('Request-ID', `${randomHex(32).toUpperCase()}-268435456`);
      let merchant: PayMerchant | undefined;
      let status = 200;
      let text = '';
      try {
        merchant = authenticated(request, state);
        const answer = handle({
          merchant,
          body: rawBody(request),
          params: request.params as Record<string, string>,
          query: request.query as Record<string, string | undefined>,
          baseUrl: `${request.protocol}://${request.headers.host ?? 'localhost'}`,
        });
        if (answer === 'no content') {
          status = 204;
        } else if ('bytes' in answer) {
          return await reply.type('application/octet-stream').send(answer.bytes);
        } else {
          text = JSON.stringify(answer.json);
          reply.type('application/json; charset=utf-8');
        }
      } catch (error) {
        if (!(error instanceof PayError)) throw error;
        ({ status, text } = refuse(reply, error, merchant));
      }
      if (merchant !== undefined) {
        const { mchid } = merchant.config;
        const key = answerKey(request, state, mchid);
        const timestampSeconds = Math.floor(state.clock.nowMs() / 1000);
        const isProbe = state.random() < merchant.settings.probeShare;
        reply.headers(signedHeaders(key, text, { timestampSeconds, isProbe }));
      }
      return reply.code(status).send(text === '' ? undefined : text);
    },
  });
};
