export const CHUNK_BYTES_MAX = 512 * 1024;

export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;
