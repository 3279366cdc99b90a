import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../../define.ts';
import { closed, view } from '../../schemas.ts';
import { upstreamErrors } from '../shared.ts';
import { EnvVersion, MiniProgram } from './fields.ts';

const Image = view({
  contentType: Type.Union([Type.Literal('image/png'), Type.Literal('image/jpeg')]),
  imageBase64: Type.String({ description: 'At most 512 KiB of image' }),
});

const Width = Type.Optional(
  Type.Integer({ minimum: 280, maximum: 1280, description: 'Pixels; WeChat takes 430 by default' }),
);

const Channel = Type.Integer({ minimum: 0, maximum: 255 });

const look = {
  envVersion: Type.Optional(EnvVersion),
  width: Width,
  autoColor: Type.Optional(Type.Boolean()),
  lineColor: Type.Optional(closed({ r: Channel, g: Channel, b: Channel })),
  isHyaline: Type.Optional(Type.Boolean({ description: 'Transparent background' })),
};

const Path = (maxLength: number) =>
  Type.String({
    pattern: '^[^/\\s]\\S*$',
    maxLength,
    description: 'Page with an optional query, without a slash in front',
    examples: ['pages/activity/index?id=42'],
  });

export const qrCodeActions = {
  createUnlimitedQrCode: {
    summary: 'A mini program code for a page and a scene; there may be any number of them',
    params: closed({
      appId: MiniProgram,
      scene: Type.String({
        pattern: "^[0-9A-Za-z!#$&'()*+,/:;=?@\\-._~]+$",
        minLength: 1,
        maxLength: 32,
        description: 'The page reads it by decodeURIComponent(query.scene)',
        examples: ['a=42'],
      }),
      page: Type.Optional(
        Type.String({
          pattern: '^(?!.*scancode_time)[^/?#\\s][^?#\\s]*$',
          maxLength: 1024,
          description: 'Without a slash in front and without a query; default the home page',
        }),
      ),
      checkPath: Type.Optional(
        Type.Boolean({ description: 'Default true: the page must be in the released version' }),
      ),
      ...look,
    }),
    result: Image,
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_QUOTA_EXHAUSTED', ...upstreamErrors],
    idempotent: true,
    timeoutMs: 7000,
  },
  createQrCode: {
    summary: 'A mini program code for a path: permanent, 100 000 in all',
    params: closed({ appId: MiniProgram, path: Path(1024), ...look }),
    result: Image,
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_QUOTA_EXHAUSTED', ...upstreamErrors],
    idempotent: false,
    timeoutMs: 7000,
  },
  createSquareQrCode: {
    summary: 'A square QR code for a path: permanent, of the same 100 000',
    params: closed({ appId: MiniProgram, path: Path(128), width: Width }),
    result: Image,
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_QUOTA_EXHAUSTED', ...upstreamErrors],
    idempotent: false,
    timeoutMs: 7000,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
