/** Where a server is: `host:port`, `host` (port 3306) or `[v6]:port`. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Throws when the text is not an address. */
export const parseAddress = (text: string): Address => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? 3306);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Error(`not an address of MySQL: "${text}" (expected host:port)`);
  }
  return { host, port };
};
