import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const USED = /\bapp_[a-z0-9_]+/g;
const DEFINED = /['"](app_[a-z0-9_]+)['"]/g;
/** What a histogram adds to its name. */
const SUFFIX = /_(bucket|sum|count)$/;

const foldersOf = (root: string): readonly string[] => [
  'gateway/src',
  ...['packages', 'services'].flatMap((top) =>
    readdirSync(join(root, top)).map((name) => `${top}/${name}/src`),
  ),
];

const sourcesOf = (root: string): readonly string[] =>
  foldersOf(root)
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .filter((path) => path.endsWith('.ts'));

/** An alert on a metric that nobody has would never fire. */
export const findAlertProblems = (root: string): readonly string[] => {
  const defined = new Set(
    sourcesOf(root).flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(DEFINED)].map(([, name = '']) => name),
    ),
  );
  const file = 'deploy/prometheus/alerts.yml';
  const used = new Set(readFileSync(join(root, file), 'utf8').match(USED) ?? []);
  return [...used]
    .filter((name) => !defined.has(name) && !defined.has(name.replace(SUFFIX, '')))
    .map((name) => `${file}: no source defines the metric ${name}`);
};
