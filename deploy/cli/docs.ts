import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { services } from '@app/contracts';
import { buildOpenApi, contractMetadata } from '@app/runtime';
import { format, resolveConfig } from 'prettier';
import { renderConfigTable, renderEnvExample, type ProcessConfig } from './docs/config.ts';
import { renderErrorCatalogue, renderEventMap, renderRouteMatrix } from './docs/pages.ts';
import { renderServiceApi } from './docs/service-api.ts';
import { repositoryRoot, serviceNames } from './repository.ts';

/** The config keys of every process, read from the config.ts that the process itself uses. */
const readProcessConfigs = async (): Promise<readonly ProcessConfig[]> =>
  Promise.all(
    [
      ...serviceNames().map((name) => ({ name, folder: `services/${name}` })),
      { name: 'gateway', folder: 'gateway' },
    ].map(async ({ name, folder }) => {
      const module = (await import(join(repositoryRoot, folder, 'src/config.ts'))) as {
        configSpec: ProcessConfig['spec'];
      };
      return { name, spec: module.configSpec };
    }),
  );

/** Every generated document by its path. */
const renderAll = async (): Promise<ReadonlyMap<string, string>> => {
  const configs = await readProcessConfigs();
  const pages = new Map<string, string>([
    ['docs/generated/errors.md', renderErrorCatalogue()],
    ['docs/generated/routes.md', renderRouteMatrix()],
    ['docs/generated/events.md', renderEventMap()],
    ['docs/generated/config.md', renderConfigTable(configs)],
    ['.env.example', renderEnvExample(configs)],
    [
      'docs/openapi.json',
      `${JSON.stringify(buildOpenApi(Object.values(services).flatMap(contractMetadata), { title: 'Mini-program mall', version: '1' }), null, 2)}\n`,
    ],
  ]);
  for (const service of Object.values(services)) {
    pages.set(`services/${service.name}/API.md`, renderServiceApi(service));
  }
  const options = await resolveConfig(join(repositoryRoot, 'README.md'));
  for (const [path, text] of pages) {
    if (path.endsWith('.md'))
      pages.set(path, await format(text, { ...options, parser: 'markdown' }));
  }
  return pages;
};

const readIfPresent = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Paths whose text on disk differs from what the sources say now. */
export const findDrift = async (): Promise<readonly string[]> =>
  [...(await renderAll())]
    .filter(([path, text]) => readIfPresent(join(repositoryRoot, path)) !== text)
    .map(([path]) => path);

export const writeDocs = async (): Promise<readonly string[]> => {
  const pages = await renderAll();
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(repositoryRoot, path)), { recursive: true });
    writeFileSync(join(repositoryRoot, path), text);
  }
  return [...pages.keys()];
};

if (import.meta.main) {
  const written = await writeDocs();
  console.log(`written: ${written.join(', ')}`);
}
