import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the repository, wherever the command was called from. */
export const repositoryRoot = resolve(import.meta.dirname, '../..');

/** Service folders by name, sorted: what has a package.json under services/. */
export const serviceNames = (repository = repositoryRoot): readonly string[] =>
  readdirSync(join(repository, 'services'))
    .filter((name) => existsSync(join(repository, 'services', name, 'package.json')))
    .sort();
