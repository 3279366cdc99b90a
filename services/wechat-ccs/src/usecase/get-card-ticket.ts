import { toTicketView } from '../domain/ticket.ts';
import type { AppDirectory } from '../repository.ts';
import type { TicketKeeper } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly tickets: TicketKeeper;
}

export const createGetCardTicket =
  ({ apps, tickets }: Deps): Usecases['getCardTicket'] =>
  async ({ appId }) =>
    toTicketView(await tickets.current(apps.get(appId).appId, 'wx_card'));
