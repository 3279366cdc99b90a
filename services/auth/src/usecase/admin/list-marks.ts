import type { KnownMarks } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

export const createListMarks =
  ({ knownMarks }: { readonly knownMarks: KnownMarks }): Usecases['listMarks'] =>
  () =>
    Promise.resolve(knownMarks.list());
