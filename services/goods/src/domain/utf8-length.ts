const encoder = new TextEncoder();

/** What a text costs on the bus and in a body: Chinese has three bytes per character. */
export const utf8Length = (text: string): number => encoder.encode(text).length;
