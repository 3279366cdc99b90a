import { isUtf8 } from 'node:buffer';
import type { PushCodec } from '../../service.ts';
import { openPush } from './push-cipher.ts';
import { readJson } from './push-json.ts';
import { isSigned } from './push-signature.ts';
import { DEPTH_MAX, readXml } from './push-xml.ts';

/** The first character decides, not the content type: WeChat sends none, or the wrong one. */
const read: PushCodec['read'] = (bytes) => {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8').trim();
  if (text.startsWith('{')) return readJson(text, DEPTH_MAX);
  return text.startsWith('<') ? readXml(text) : undefined;
};

export const createPushCodec = (): PushCodec => ({ isSigned, open: openPush, read });
