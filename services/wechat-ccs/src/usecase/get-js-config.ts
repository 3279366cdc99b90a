import type { Clock, Ids } from '@app/kernel';
import { signableUrl, textToSign } from '../domain/js-page.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppDirectory } from '../repository.ts';
import type { JsSigner, TicketKeeper } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly tickets: TicketKeeper;
  readonly signer: JsSigner;
  readonly jsHosts: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createGetJsConfig =
  ({ apps, tickets, signer, jsHosts, clock, ids }: Deps): Usecases['getJsConfig'] =>
  async ({ url: sentUrl, appId: wantedAppId }) => {
    // Before WeChat is asked anything: whoever guesses addresses costs nothing.
    const url = signableUrl(sentUrl, jsHosts);
    if (url === undefined) throw wechatCcsError('WECHAT_JS_URL_FORBIDDEN');
    const { appId } = apps.getOfficialAccount(wantedAppId);
    const { text: ticket } = await tickets.current(appId, 'jsapi');
    const page = { nonceStr: ids.next(), timestamp: Math.floor(clock.nowMs() / 1000) };
    return { appId, ...page, signature: signer.sign(textToSign({ ...page, ticket, url })) };
  };
