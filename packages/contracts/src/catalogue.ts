import type { ErrorEntry } from '@app/kernel';
import { auth } from './auth/index.ts';
import { order } from './order/index.ts';
import { pay } from './pay/index.ts';
import { stock } from './stock/index.ts';
import { goods } from './goods/index.ts';
import type { AnyAction, ServiceContract } from './define.ts';
import { systemErrors } from './system/errors.ts';
import { user } from './user/index.ts';
import { wechatCcs } from './wechat-ccs/index.ts';

/** Every service of the suite, by name. `make.sh new service` adds a line. */
export const services = {
  order,
  pay,
  stock,
  goods,
  auth,
  user,
  'wechat-ccs': wechatCcs,
} as const satisfies Readonly<Record<string, ServiceContract>>;

/** Every error code of the suite with its texts. A code belongs to one owner; two owners is a start-up failure. */
export const catalogue: ReadonlyMap<string, ErrorEntry & { readonly owner: string }> = (() => {
  const entries = new Map<string, ErrorEntry & { readonly owner: string }>();
  const add = (owner: string, errors: Readonly<Record<string, ErrorEntry>>): void => {
    for (const [code, entry] of Object.entries(errors)) {
      const present = entries.get(code);
      if (present !== undefined)
        throw new Error(`${code} is declared by ${present.owner} and by ${owner}`);
      entries.set(code, { ...entry, owner });
    }
  };
  add('system', systemErrors);
  for (const service of Object.values(services)) add(service.name, service.errors);
  return entries;
})();

export const findErrorEntry = (code: string): ErrorEntry | undefined => catalogue.get(code);

/** The action marks that routes of the suite declare, each with those routes. */
export const actionMarks: ReadonlyMap<string, readonly string[]> = (() => {
  const marks = new Map<string, string[]>();
  const contracts: readonly ServiceContract[] = Object.values(services);
  for (const { actions } of contracts)
    for (const { route } of Object.values<AnyAction>(actions))
      if (route?.mark !== undefined)
        marks.set(route.mark, [...(marks.get(route.mark) ?? []), `${route.method} ${route.path}`]);
  return marks;
})();
