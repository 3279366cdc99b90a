import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Context, ServiceSchema } from 'moleculer';
import ApiGateway from 'moleculer-web';
import { Exchange } from './exchange.ts';
import type { HttpHandler } from './http-server.ts';

export interface ApiServiceOptions {
  readonly port: number;
  readonly host: string;
  readonly createServer: (handler: HttpHandler) => Server;
  /** Answers the request whatever happens; never rejects. */
  readonly handle: (exchange: Exchange) => Promise<void>;
  readonly monotonicMs: () => number;
  /** Services came or went. */
  readonly onRegistryChange: () => void;
  /** The process stops: finish what is under way. Runs before the server closes. */
  readonly onStop: () => void;
}

/** How often connections that became idle while stopping are closed. */
const CLOSE_IDLE_EVERY_MS = 50;

/** Requests still under way this long after the stop began lose their connection. */
const CLOSE_ALL_AFTER_MS = 15_000;

interface ApiThis {
  server: Server;
  httpHandler: HttpHandler;
  regenerateAllAutoAliases: () => void;
}

interface RestParams {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** For moleculer-web an empty id means "set no header"; the pipeline names the request itself. */
const NO_REQUEST_ID = '';

/**
 * The moleculer-web service that carries every request: its server, its `rest` action and its one
 * route `/`. What moleculer-web does per route (aliases, body parsers, rate limits, error bodies)
 * is replaced by the pipeline at `routeHandler`, the point where it hands a request to a route.
 */
export const createApiService = (options: ApiServiceOptions): ServiceSchema => {
  const schema: ServiceSchema<Record<string, unknown>, ApiThis, object, ApiThis> = {
    name: 'gateway-http',
    mixins: [ApiGateway],
    settings: {
      port: options.port,
      ip: options.host,
      // Neither parsers nor aliases: paths are matched by the routing table, bodies read by the pipeline.
      routes: [
        { path: '/', bodyParsers: false, aliases: {}, mappingPolicy: 'restrict', logging: false },
      ],
      logRouteRegistration: null,
      rootCallOptions: (call: { requestID: string | undefined }) => {
        call.requestID = NO_REQUEST_ID;
      },
    },
    actions: {
      rest: { tracing: false },
      listAliases: false,
      addRoute: false,
      removeRoute: false,
    },
    methods: {
      createServer(this: ApiThis) {
        this.server = options.createServer(this.httpHandler);
      },
      // The pipeline splits the URL; moleculer-web only needs something that starts with its route.
      parseQueryString: () => ({ url: '/', query: {} }),
      routeHandler: (
        _ctx: Context<RestParams>,
        _route: unknown,
        req: IncomingMessage,
        res: ServerResponse,
      ) => options.handle(new Exchange(req, res, options.monotonicMs())).then(() => true),
    },
    created() {
      // moleculer-web calls this on `$services.changed`; by default it rebuilds aliases and tells every node.
      this.regenerateAllAutoAliases = options.onRegistryChange;
    },
    stopped() {
      options.onStop();
      const closeIdle = setInterval(() => this.server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
      const closeAll = setTimeout(() => this.server.closeAllConnections(), CLOSE_ALL_AFTER_MS);
      this.server.once('close', () => {
        clearInterval(closeIdle);
        clearTimeout(closeAll);
      });
    },
  };
  // moleculer's own type knows neither moleculer-web's settings nor its methods.
  return schema as unknown as ServiceSchema;
};
