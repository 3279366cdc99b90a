import { createServer, type Server, type ServerResponse } from 'node:http';
import { metricsContentType, metricsText } from '../metrics.ts';
import type { Part, ReadinessReport } from './types.ts';

export interface MetricsServerConfig {
  readonly port: number;
  readonly host: string;
  readonly readiness: () => Promise<ReadinessReport>;
}

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
};

const respond = async (
  path: string,
  response: ServerResponse,
  readiness: MetricsServerConfig['readiness'],
): Promise<void> => {
  if (path === '/metrics') {
    answer(response, 200, metricsContentType, await metricsText());
  } else if (path === '/health') {
    answer(response, 200, 'application/json', '{"ok":true}');
  } else if (path === '/ready') {
    const report = await readiness();
    answer(response, report.ok ? 200 : 503, 'application/json', JSON.stringify(report));
  } else {
    answer(response, 404, 'text/plain', 'try /metrics, /health or /ready\n');
  }
};

/** `/metrics`, `/health` (the process lives) and `/ready` (its parts work) for probes and Prometheus. */
export const createMetricsServer = ({ port, host, readiness }: MetricsServerConfig): Part => {
  let server: Server | undefined;
  return {
    name: 'metrics-server',
    start: () =>
      new Promise((resolve, reject) => {
        server = createServer((request, response) => {
          const path = (request.url ?? '/').split('?')[0] ?? '/';
          respond(path, response, readiness).catch(() => {
            answer(response, 500, 'text/plain', 'failed\n');
          });
        });
        server.requestTimeout = 5_000;
        server.once('error', reject);
        server.listen(port, host, resolve);
      }),
    stop: () =>
      new Promise((resolve) => {
        if (server === undefined) {
          resolve();
          return;
        }
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        server = undefined;
      }),
  };
};
