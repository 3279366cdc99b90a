import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Modules per side of the picture. */
const GRID = 16;

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

/** A black-and-white PNG of `width` × `width` whose pattern follows the text; nobody can scan it. */
export const drawCode = (text: string, width: number): Buffer => {
  const bits = createHash('sha256').update(text).digest();
  const rowBytes = Math.ceil(width / 8);
  const rows = Buffer.alloc((rowBytes + 1) * width, 0xff);
  for (let y = 0; y < width; y += 1) {
    const start = y * (rowBytes + 1);
    rows[start] = 0;
    for (let x = 0; x < width; x += 1) {
      const module = Math.floor((y * GRID) / width) * GRID + Math.floor((x * GRID) / width);
      const isDark = ((bits[module >> 3] ?? 0) >> (module & 7)) & 1;
      if (isDark === 0) continue;
      const at = start + 1 + (x >> 3);
      rows[at] = (rows[at] ?? 0) & ~(0x80 >> (x & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // One bit per pixel, grey.
  header[8] = 1;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
