import { fakeClock } from '@app/testing';
import type { CatalogueHints, ImportJobs } from '../../src/service.ts';
import { readCsv } from '../../src/service/client/read-csv.ts';
import { ids, NOON_MS } from './builders.ts';
import { createMemoryStore } from './memory-store.ts';

/** Everything a use-case may ask for, in memory, with what it was told. */
export const buildDeps = () => {
  const hinted: (readonly string[] | 'categories')[] = [];
  const jobs: string[] = [];
  const hints: CatalogueHints = {
    goodsChanged: (spuIds) => Promise.resolve(void hinted.push(spuIds)),
    categoriesChanged: () => Promise.resolve(void hinted.push('categories')),
  };
  const ensure: ImportJobs['ensure'] = ({ importId, number }) => {
    const job = `${importId}-${number}`;
    const isLost = !jobs.includes(job);
    if (isLost) jobs.push(job);
    return Promise.resolve(isLost);
  };
  const importJobs: ImportJobs = {
    ensure,
    hint: async (key) => {
      await ensure(key);
    },
  };
  return {
    ...createMemoryStore(),
    clock: fakeClock(NOON_MS),
    ids,
    hints,
    hinted,
    jobs: importJobs,
    jobIds: jobs,
    readCsv,
    imageHosts: ['img.example.com'],
  };
};
