import { fieldInvalid } from '../errors.ts';
import type { AppDirectory } from '../repository.ts';
import type { ContentChecks } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly contentChecks: Pick<ContentChecks, 'checkText'>;
}

export const createCheckText =
  ({ apps, contentChecks }: Deps): Usecases['checkText'] =>
  async ({ appId: wantedAppId, ...text }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    if (text.signature !== undefined && text.scene !== 'profile')
      throw fieldInvalid('signature', 'is for the scene profile only');
    const verdict = await contentChecks.checkText(appId, text);
    return { ...verdict, details: [...verdict.details] };
  };
