import type { Clock } from '@app/kernel';
import { planLife } from '../domain/link-life.ts';
import { fieldInvalid } from '../errors.ts';
import type { AppDirectory } from '../repository.ts';
import type { Links } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly links: Pick<Links, 'createUrlScheme'>;
  readonly clock: Clock;
}

export const createCreateUrlScheme =
  ({ apps, links, clock }: Deps): Usecases['createUrlScheme'] =>
  async ({ appId: wantedAppId, expiresAt, expiresInDays, ...target }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const expiresAtMs = expiresAt === undefined ? undefined : Date.parse(expiresAt);
    const planned = planLife({ expiresAtMs, days: expiresInDays }, clock.nowMs());
    if (planned.kind === 'refused') throw fieldInvalid(planned.field, planned.why);
    return { urlScheme: await links.createUrlScheme(appId, { ...target, life: planned.life }) };
  };
