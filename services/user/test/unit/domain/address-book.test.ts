import fc from 'fast-check';
import t from 'tap';
import {
  addAddress,
  ADDRESSES_MAX,
  inDisplayOrder,
  removeAddress,
  replaceAddress,
  type AddressBook,
} from '../../../src/domain/address-book.ts';
import { addressFields, anAddress, ids, NOON_MS } from '../../support/builders.ts';

const defaultsOf = (book: AddressBook): string[] =>
  book.filter((address) => address.isDefault).map((address) => address.id);

const add = (book: AddressBook, isDefault?: boolean) =>
  addAddress(book, addressFields(isDefault === undefined ? {} : { isDefault }), {
    id: ids.next(),
    nowMs: NOON_MS,
  });

t.test('the first address becomes the default although nobody asked', async (t) => {
  const added = add([]);

  t.equal(added?.address.isDefault, true);
});

t.test('a new default takes the place of the old one', async (t) => {
  const first = add([]);
  const second = add(first?.next ?? [], true);

  t.same(defaultsOf(second?.next ?? []), [second?.address.id]);
});

t.test('a full book takes no more', async (t) => {
  const full = Array.from({ length: ADDRESSES_MAX }, () => anAddress());

  t.equal(add(full), undefined);
});

t.test('replacing without a word about the default leaves it where it is', async (t) => {
  const book = [anAddress({ isDefault: true }), anAddress()];

  const replaced = replaceAddress(book, book[0]!.id, addressFields({ name: '李雷' }));

  t.equal(replaced?.address.isDefault, true);
  t.equal(replaced?.address.name, '李雷');
  t.equal(replaced?.address.createdAtMs, book[0]!.createdAtMs);
});

t.test('taking the default away gives it to the newest other address', async (t) => {
  const oldest = anAddress({ createdAtMs: 1 });
  const current = anAddress({ createdAtMs: 2, isDefault: true });
  const newest = anAddress({ createdAtMs: 3 });

  const replaced = replaceAddress(
    [oldest, current, newest],
    current.id,
    addressFields({ isDefault: false }),
  );

  t.same(defaultsOf(replaced?.next ?? []), [newest.id]);
});

t.test('the only address stays the default', async (t) => {
  const only = anAddress({ isDefault: true });

  const replaced = replaceAddress([only], only.id, addressFields({ isDefault: false }));

  t.same(defaultsOf(replaced?.next ?? []), [only.id]);
});

t.test('an address that is not in the book is neither replaced nor removed', async (t) => {
  const book = [anAddress({ isDefault: true })];

  t.equal(replaceAddress(book, ids.next(), addressFields()), undefined);
  t.equal(removeAddress(book, ids.next()), undefined);
});

t.test(
  'removing the default promotes the newest, the later id inside one millisecond',
  async (t) => {
    const current = anAddress({ isDefault: true });
    const elder = anAddress();
    const younger = anAddress();

    const rest = removeAddress([current, elder, younger], current.id);

    t.same(defaultsOf(rest ?? []), [younger.id]);
  },
);

t.test('removing another address leaves the default alone', async (t) => {
  const current = anAddress({ isDefault: true });
  const other = anAddress();

  t.same(removeAddress([current, other], other.id), [current]);
});

t.test('the default is shown first, then the newest', async (t) => {
  const old = anAddress({ createdAtMs: 1, isDefault: true });
  const middle = anAddress({ createdAtMs: 2 });
  const young = anAddress({ createdAtMs: 3 });

  const shown = inDisplayOrder([middle, old, young]);

  t.same(
    shown.map(({ id }) => id),
    [old.id, young.id, middle.id],
  );
});

t.test('whatever is done to a book, it has exactly one default unless it is empty', async (t) => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'replace', 'remove'),
    isDefault: fc.option(fc.boolean(), { nil: undefined }),
    at: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let book: AddressBook = [];
      for (const { kind, isDefault, at } of steps) {
        const id = book[at % Math.max(book.length, 1)]?.id ?? '';
        const fields = addressFields(isDefault === undefined ? {} : { isDefault });
        if (kind === 'add') book = add(book, isDefault)?.next ?? book;
        if (kind === 'replace') book = replaceAddress(book, id, fields)?.next ?? book;
        if (kind === 'remove') book = removeAddress(book, id) ?? book;
        if (defaultsOf(book).length !== Math.min(book.length, 1)) return false;
      }
      return book.length <= ADDRESSES_MAX;
    }),
  );
  t.pass('held for every generated history');
});
