import { normalizeName } from '../domain/ping.ts';
import type { PingRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly pings: PingRepository;
}

export const createPing =
  ({ pings }: Deps): Usecases['ping'] =>
  async ({ name }) => ({ count: await pings.increment(normalizeName(name)) });
