import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gatewayError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { SystemRoute } from '../routing/route.ts';

/** The files of swagger-ui that the page needs; served from the package, so that it works offline. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Relative addresses, so that the page also works below a prefix of the edge proxy. */
const page = `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API reference</title>
    <link rel="icon" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const startScript = `SwaggerUIBundle({
  url: 'docs/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const swaggerFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The browsable reference and the document behind it. `describe` is asked anew each time. */
export const docsRoutes = (describe: () => unknown): SystemRoute<Exchange>[] => [
  docsRoute('/docs', (exchange) => {
    reply(exchange, 'text/html; charset=utf-8', page);
  }),
  docsRoute('/docs/', (exchange) => {
    exchange.reply = { status: 308, headers: { Location: '../docs' }, body: '' };
  }),
  docsRoute('/docs/start.js', (exchange) => {
    reply(exchange, 'text/javascript; charset=utf-8', startScript);
  }),
  docsRoute('/docs/openapi.json', (exchange) => {
    reply(exchange, 'application/json; charset=utf-8', JSON.stringify(describe()));
  }),
  docsRoute('/docs/{file}', async (exchange) => {
    const file = exchange.pathParams['file'] ?? '';
    const type = Object.hasOwn(assets, file) ? assets[file] : undefined;
    if (type === undefined) throw gatewayError('ROUTE_NOT_FOUND');
    reply(exchange, type, await readFile(join(swaggerFolder(), file)));
  }),
];

const docsRoute = (
  pattern: string,
  answer: (exchange: Exchange) => void | Promise<void>,
): SystemRoute<Exchange> => ({ kind: 'system', method: 'GET', pattern, pathParams: [], answer });

const reply = (exchange: Exchange, contentType: string, body: string | Buffer): void => {
  exchange.reply = { status: 200, headers: { 'Content-Type': contentType }, body };
};
