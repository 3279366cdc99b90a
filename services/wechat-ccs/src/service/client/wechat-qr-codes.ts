import type { QrCodes, WechatApi } from '../../service.ts';
import { readImage } from './read-image.ts';
import { refusingFields } from './refused-fields.ts';

const SCENE = ['scene', 'is refused by WeChat'] as const;
const PATH = ['path', 'is refused by WeChat'] as const;

const lookOf = ({
  envVersion,
  width,
  autoColor,
  lineColor,
  isHyaline,
}: Parameters<QrCodes['limited']>[1]) => ({
  env_version: envVersion,
  width,
  auto_color: autoColor,
  line_color: lineColor,
  is_hyaline: isHyaline,
});

/** Reference, 5. The limited kinds share one allowance for ever, so a lost answer is not asked for again. */
export const createWechatQrCodes = (api: WechatApi): QrCodes => ({
  unlimited: (appId, { scene, page, checkPath, ...look }) =>
    api.call(appId, {
      call: 'unlimitedQrCode',
      method: 'POST',
      path: '/wxa/getwxacodeunlimit',
      json: { scene, page, check_path: checkPath, ...lookOf({ path: '', ...look }) },
      isRepeatable: true,
      read: readImage,
      onRefusal: refusingFields({
        40129: SCENE,
        40169: SCENE,
        41030: ['page', 'is not in the released version'],
      }),
    }),

  limited: (appId, { path, ...look }) =>
    api.call(appId, {
      call: 'qrCode',
      method: 'POST',
      path: '/wxa/getwxacode',
      json: { path, ...lookOf({ path, ...look }) },
      quota: 'qrCode',
      isRepeatable: false,
      read: readImage,
      onRefusal: refusingFields({ 40159: PATH }),
    }),

  square: (appId, { path, width }) =>
    api.call(appId, {
      call: 'squareQrCode',
      method: 'POST',
      path: '/cgi-bin/wxaapp/createwxaqrcode',
      json: { path, width },
      quota: 'qrCode',
      isRepeatable: false,
      read: readImage,
      onRefusal: refusingFields({ 40159: PATH }),
    }),
});
