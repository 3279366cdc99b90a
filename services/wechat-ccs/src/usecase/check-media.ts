import type { AppDirectory, MediaCheckRepository } from '../repository.ts';
import type { ContentChecks } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly contentChecks: Pick<ContentChecks, 'checkMedia'>;
  readonly mediaChecks: Pick<MediaCheckRepository, 'saveAsked'>;
}

/** The verdict may be pushed before the row is there: who takes it waits a moment for the row. */
export const createCheckMedia =
  ({ apps, contentChecks, mediaChecks }: Deps): Usecases['checkMedia'] =>
  async ({ appId: wantedAppId, reference = null, ...media }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const traceId = await contentChecks.checkMedia(appId, media);
    await mediaChecks.saveAsked({ appId, traceId, reference });
    return { traceId };
  };
