import { shortenTitle } from '../domain/link-life.ts';
import type { AppDirectory } from '../repository.ts';
import type { Links } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly links: Pick<Links, 'createShortLink'>;
}

export const createCreateShortLink =
  ({ apps, links }: Deps): Usecases['createShortLink'] =>
  async ({ appId: wantedAppId, pageUrl, pageTitle, isPermanent = false }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const short = { pageUrl, pageTitle: shortenTitle(pageTitle), isPermanent };
    return { link: await links.createShortLink(appId, short) };
  };
