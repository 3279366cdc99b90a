import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreInfo } from '../infra/types.ts';
import { ensureDir } from '../paths.ts';
import type { ChildState } from './child.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';

/** What a running `up` tells the other commands, in `run/state.json`. */
export interface SuiteState {
  readonly supervisor: ProcessIdentity;
  readonly phase: 'starting' | 'ready' | 'failed' | 'stopping';
  readonly mode: 'separate' | 'single';
  readonly startedAtMs: number;
  readonly gatewayUrl: string;
  readonly sandboxUrl: string | undefined;
  readonly stores: readonly StoreInfo[];
  readonly children: readonly ChildState[];
}

const fileOf = (dir: string): string => join(dir, 'state.json');

/** Whole or not at all: readers never see half a file. */
export const writeState = (dir: string, state: SuiteState): void => {
  const draft = join(ensureDir(dir), `state.json.${process.pid}`);
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, fileOf(dir));
};

/** The state of the suite that runs now; `undefined` when none does. */
export const readState = (dir: string): SuiteState | undefined => {
  try {
    const state = JSON.parse(readFileSync(fileOf(dir), 'utf8')) as SuiteState;
    return isAlive(state.supervisor) ? state : undefined;
  } catch {
    return undefined;
  }
};
