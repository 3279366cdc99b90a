import t from 'tap';
import { IMAGE_BYTES_MAX, readImage } from '../../../src/service/client/read-image.ts';

const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a', 'hex'),
  Buffer.alloc(100),
  Buffer.from('IEND', 'latin1'),
  Buffer.alloc(4),
]);
const jpeg = Buffer.concat([
  Buffer.from('ffd8ffe0', 'hex'),
  Buffer.alloc(100),
  Buffer.from('ffd9', 'hex'),
]);
const read = (body: Buffer, contentType = 'application/octet-stream') =>
  readImage({ kind: 'bytes', body, contentType });

t.test('an image is told by its bytes, whatever the header says', (t) => {
  t.strictSame(read(png, 'image/jpeg'), { contentType: 'image/png', image: png });
  t.strictSame(read(jpeg, 'text/plain'), { contentType: 'image/jpeg', image: jpeg });
  t.end();
});

t.test('half an image, a page, JSON and what does not fit the bus are none', (t) => {
  t.equal(read(png.subarray(0, 60)), undefined);
  t.equal(read(jpeg.subarray(0, 60)), undefined);
  t.equal(read(Buffer.from('<html></html>')), undefined);
  t.equal(read(Buffer.alloc(0)), undefined);
  t.equal(readImage({ kind: 'fields', fields: {} }), undefined);
  const large = Buffer.concat([png.subarray(0, 8), Buffer.alloc(IMAGE_BYTES_MAX), png]);
  t.equal(read(large), undefined);
  t.end();
});
