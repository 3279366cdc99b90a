import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { readWeight } from './locale.ts';

export type Encoding = 'br' | 'gzip';

/** Below this many bytes compressing costs more than it saves (one TCP segment either way). */
export const COMPRESS_FROM_BYTES = 1024;

/** The best encoding the client accepts, or `undefined` for none. */
export const chooseEncoding = (header: string | undefined): Encoding | undefined => {
  if (header === undefined || header === '' || header.length > 256) return undefined;
  let gzipWeight = 0;
  let brWeight = 0;
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.trim().split(';');
    if (name === 'br') brWeight = readWeight(parameters);
    else if (name === 'gzip') gzipWeight = readWeight(parameters);
    else if (name === '*') gzipWeight = Math.max(gzipWeight, readWeight(parameters));
  }
  if (brWeight === 0 && gzipWeight === 0) return undefined;
  return brWeight >= gzipWeight ? 'br' : 'gzip';
};

const brotli = promisify(brotliCompress);
const gunzippable = promisify(gzip);

/** Compresses in the thread pool; levels are those of a server that answers at once, not of an archive. */
export const compress = (body: Buffer, encoding: Encoding): Promise<Buffer> =>
  encoding === 'br'
    ? brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
    : gunzippable(body, { level: 6 });
