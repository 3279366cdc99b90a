/** Where a parcel goes. `name`, `phone` and `detail` are personal data and are sealed at rest. */
export interface Address {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly detail: string;
  readonly isDefault: boolean;
  readonly createdAtMs: number;
}

/**
 * All addresses of one person. Invariant: a book that is not empty has exactly one default address
 * (the database holds "at most one" by itself).
 */
export type AddressBook = readonly Address[];

/** What a person writes; `isDefault` left out means "as it is" (a new address: no). */
export type AddressFields = Omit<Address, 'id' | 'createdAtMs' | 'isDefault'> & {
  readonly isDefault?: boolean;
};

/** A page of addresses must fit a phone's picker, and every write reads the whole book. */
export const ADDRESSES_MAX = 20;

/** The first address becomes the default. `undefined` when the book is full. */
export const addAddress = (
  book: AddressBook,
  fields: AddressFields,
  { id, nowMs }: { readonly id: string; readonly nowMs: number },
): { readonly next: AddressBook; readonly address: Address } | undefined => {
  if (book.length >= ADDRESSES_MAX) return undefined;
  const isDefault = fields.isDefault === true || book.length === 0;
  const address: Address = { ...fields, id, isDefault, createdAtMs: nowMs };
  return { next: [...(isDefault ? withoutDefault(book) : book), address], address };
};

/**
 * Replaces an address; `undefined` when it is not in the book. Taking the default away from an
 * address gives it to the newest other one; the only address stays the default.
 */
export const replaceAddress = (
  book: AddressBook,
  id: string,
  fields: AddressFields,
): { readonly next: AddressBook; readonly address: Address } | undefined => {
  const current = book.find((address) => address.id === id);
  if (current === undefined) return undefined;
  const isDefault = (fields.isDefault ?? current.isDefault) || book.length === 1;
  const address: Address = { ...fields, id, isDefault, createdAtMs: current.createdAtMs };
  const others = book.filter((other) => other.id !== id);
  const rest = isDefault ? withoutDefault(others) : withDefault(others);
  return { next: [...rest, address], address };
};

/** Removes an address; the newest one left becomes the default when it was. `undefined` when it is not there. */
export const removeAddress = (book: AddressBook, id: string): AddressBook | undefined => {
  const rest = book.filter((address) => address.id !== id);
  return rest.length === book.length ? undefined : withDefault(rest);
};

/** The default first, then the newest first. */
export const inDisplayOrder = (book: AddressBook): AddressBook =>
  [...book].sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || newestFirst(a, b));

const withoutDefault = (book: AddressBook): AddressBook =>
  book.map((address) => (address.isDefault ? { ...address, isDefault: false } : address));

const withDefault = (book: AddressBook): AddressBook => {
  if (book.some((address) => address.isDefault)) return book;
  const [newest] = [...book].sort(newestFirst);
  return book.map((address) =>
    address.id === newest?.id ? { ...address, isDefault: true } : address,
  );
};

/** Ids grow with time, so they decide between two addresses of the same millisecond. */
const newestFirst = (a: Address, b: Address): number =>
  b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1);
