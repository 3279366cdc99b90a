import { toTicketView } from '../domain/ticket.ts';
import type { AppDirectory } from '../repository.ts';
import type { TicketKeeper } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly tickets: TicketKeeper;
}

export const createGetJsapiTicket =
  ({ apps, tickets }: Deps): Usecases['getJsapiTicket'] =>
  async ({ appId }) =>
    toTicketView(await tickets.current(apps.get(appId).appId, 'jsapi'));
