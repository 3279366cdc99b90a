import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { createSandboxClock } from './clock.ts';
import { answerControlError } from './control-error.ts';
import { registerControl } from './control.ts';
import { installFaultHooks } from './fault-hooks.ts';
import { createFaultBook } from './faults.ts';
import type { Provider } from './provider.ts';
import { createSandboxState, type SandboxState } from './state.ts';
import type { PayMerchantConfig } from './wechat-pay/model.ts';
import { createPayProvider } from './wechat-pay/provider.ts';
import type { WechatAppConfig } from './wechat/model.ts';
import { createWechatProvider } from './wechat/provider.ts';

export interface SandboxOptions {
  readonly wechatApps: readonly WechatAppConfig[];
  /** Merchants of WeChat Pay; default none. */
  readonly payMerchants?: readonly PayMerchantConfig[];
  /** The real clock; tests pass their own. Default `Date.now`. */
  readonly nowMs?: () => number;
  /** In [0, 1); decides faults with a `rate`. Default `Math.random`. */
  readonly random?: () => number;
}

export interface Sandbox {
  /** For `app.inject` in tests. */
  readonly app: FastifyInstance;
  /** Starts to listen and resolves to the base URL. Port 0 (default) takes a free one. */
  listen(address?: { port?: number; host?: string }): Promise<string>;
  /** Drops open connections and answers still delayed; safe to call twice. */
  close(): Promise<void>;
  readonly state: SandboxState;
}

const registerUpstream = (
  root: FastifyInstance,
  provider: Provider,
  state: SandboxState,
  closing: AbortSignal,
): void => {
  const innerSecret = randomUUID();
  root.register((app, _options, done) => {
    // The real hosts read the body as it is, whatever its declared type: providers parse it.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    installFaultHooks(app, { faults: state.faults, errors: provider, closing, innerSecret });
    provider.upstream(app);
    done();
  });
};

/** Builds the sandbox; nothing listens until `listen` is called. */
export const createSandbox = (options: SandboxOptions): Sandbox => {
  const clock = createSandboxClock(options.nowMs ?? (() => Date.now()));
  const faults = createFaultBook(options.random ?? (() => Math.random()));
  const state = createSandboxState({
    clock,
    faults,
    wechatApps: options.wechatApps,
    payMerchants: options.payMerchants ?? [],
    random: options.random ?? (() => Math.random()),
  });
  const providers: readonly Provider[] = [
    createWechatProvider(state.wechat),
    createPayProvider(state.pay),
  ];
  const closing = new AbortController();

  const root = fastify({
    logger: false,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allowUnionTypes: true } },
  });
  root.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      field: 'path',
      message: `the sandbox does not play ${request.method} ${request.url.split('?', 1)[0] ?? ''}`,
    }),
  );
  for (const provider of providers) registerUpstream(root, provider, state, closing.signal);
  root.register(
    (app, _options, done) => {
      app.setErrorHandler(answerControlError);
      registerControl(app, {
        clock,
        faults,
        reset: () => {
          state.reset();
        },
      });
      for (const provider of providers) provider.control(app);
      done();
    },
    { prefix: '/__sandbox' },
  );

  return {
    app: root,
    state,
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      await root.listen({ port, host });
      const address = root.server.address() as AddressInfo;
      return `http://${host}:${address.port}`;
    },
    async close() {
      closing.abort();
      state.pay.close();
      await root.close();
    },
  };
};
