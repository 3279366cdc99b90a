import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { root } from '../paths.ts';
import { CommandError } from '../say.ts';

export const tiers = ['unit', 'contract', 'integration', 'e2e'] as const;
export type Tier = (typeof tiers)[number];

export interface TestFile {
  readonly path: string;
  /** Relative to the repository, for people. */
  readonly title: string;
  readonly tier: Tier;
}

const isTier = (word: string): word is Tier => tiers.some((tier) => tier === word);

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(
          (file) => file.endsWith('.test.ts') && !/(^|\/)(node_modules|fixtures|dist)\//.test(file),
        )
        .map((file) => join(folder, file))
    : [];

const tierOf = (title: string): Tier => {
  if (title.startsWith('e2e/')) return 'e2e';
  return tiers.find((tier) => title.includes(`/test/${tier}/`)) ?? 'unit';
};

/** Folders with tests by the name people use for them. */
const testFolders = (): ReadonlyMap<string, string> => {
  const folders = new Map<string, string>();
  for (const group of ['packages', 'services']) {
    for (const name of readdirSync(join(root, group)))
      folders.set(name, join(root, group, name, 'test'));
  }
  folders.set('gateway', join(root, 'gateway/test'));
  folders.set('cli', join(root, 'deploy/cli/test'));
  folders.set('bench', join(root, 'bench/test'));
  folders.set('e2e', join(root, 'e2e'));
  return folders;
};

/** Fast ones first, so that a mistake shows early. */
const byTier = (left: TestFile, right: TestFile): number =>
  tiers.indexOf(left.tier) - tiers.indexOf(right.tier) || left.title.localeCompare(right.title);

/**
 * `test [service] [tier]`, in any order. A word that is neither is a part of a file's path, so that
 * one file can be run alone. Contract suites need the stores and count as integration.
 */
export const selectTests = (words: readonly string[]): readonly TestFile[] => {
  const folders = testFolders();
  const wantedTiers = words.filter(isTier);
  const wantedFolders = words.filter((word) => !isTier(word) && folders.has(word));
  const parts = words.filter((word) => !isTier(word) && !folders.has(word));
  const paths = (wantedFolders.length > 0 ? wantedFolders : [...folders.keys()]).flatMap((name) =>
    filesBelow(folders.get(name) ?? ''),
  );
  const files = paths
    .map((path): TestFile => {
      const title = relative(root, path);
      return { path, title, tier: tierOf(title) };
    })
    .filter(
      ({ tier, title }) =>
        (wantedTiers.length === 0 ||
          wantedTiers.includes(tier) ||
          (tier === 'contract' && wantedTiers.includes('integration'))) &&
        (parts.length === 0 || parts.some((part) => title.includes(part))),
    )
    .sort(byTier);
  if (files.length === 0)
    throw new CommandError(
      `no test matches "${words.join(' ')}". Services and packages: ${[...folders.keys()].map((name) => basename(name)).join(', ')}; tiers: ${tiers.join(', ')}`,
    );
  return files;
};
