import type { AppDirectory } from '../repository.ts';
import type { QrCodes } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly qrCodes: Pick<QrCodes, 'limited'>;
}

export const createCreateQrCode =
  ({ apps, qrCodes }: Deps): Usecases['createQrCode'] =>
  async ({ appId: wantedAppId, ...code }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const { contentType, image } = await qrCodes.limited(appId, code);
    return { contentType, imageBase64: image.toString('base64') };
  };
