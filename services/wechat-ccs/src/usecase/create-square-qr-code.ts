import type { AppDirectory } from '../repository.ts';
import type { QrCodes } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly qrCodes: Pick<QrCodes, 'square'>;
}

export const createCreateSquareQrCode =
  ({ apps, qrCodes }: Deps): Usecases['createSquareQrCode'] =>
  async ({ appId: wantedAppId, ...code }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const { contentType, image } = await qrCodes.square(appId, code);
    return { contentType, imageBase64: image.toString('base64') };
  };
