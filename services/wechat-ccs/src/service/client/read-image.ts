import type { QrCodeImage, WechatReply } from '../../service.ts';

/** In base64 it must fit through the bus (1 MiB a message) with room to spare. */
export const IMAGE_BYTES_MAX = 512 * 1024;

interface Format {
  readonly contentType: QrCodeImage['contentType'];
  readonly begins: Buffer;
  readonly ends: Buffer;
}

const formats: readonly Format[] = [
  {
    contentType: 'image/png',
    begins: Buffer.from('89504e470d0a1a0a', 'hex'),
    ends: Buffer.from('IEND', 'latin1'),
  },
  {
    contentType: 'image/jpeg',
    begins: Buffer.from('ffd8ff', 'hex'),
    ends: Buffer.from('ffd9', 'hex'),
  },
];

/** Encoders may write a few bytes behind the end. */
const TAIL_BYTES = 32;

/** An image told by its bytes, whatever the header says; a page of HTML or half an image is none. */
export const readImage = (reply: WechatReply): QrCodeImage | undefined => {
  if (reply.kind !== 'bytes' || reply.body.length > IMAGE_BYTES_MAX) return undefined;
  const { body: image } = reply;
  const format = formats.find(
    ({ begins, ends }) =>
      image.subarray(0, begins.length).equals(begins) && image.subarray(-TAIL_BYTES).includes(ends),
  );
  return format === undefined ? undefined : { contentType: format.contentType, image };
};
