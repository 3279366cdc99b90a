/**
 * The address to sign for a page: as it was sent (WeChat compares with what the browser has, so
 * nothing is normalised) but without its fragment. `undefined` for a page that is not https, not on
 * one of the hosts (with port, when it is not 443), or that hides its host.
 */
export const signableUrl = (url: string, hosts: readonly string[]): string | undefined => {
  const [page = ''] = url.split('#', 1);
  if (!page.startsWith('https://') || page.includes('\\') || !URL.canParse(page)) return undefined;
  const { host, username, password } = new URL(page);
  return username === '' && password === '' && hosts.includes(host) ? page : undefined;
};

/** What the SHA-1 of a JS-SDK signature is taken of: these keys in this order, nothing escaped (reference, 4). */
export const textToSign = (page: {
  readonly ticket: string;
  readonly nonceStr: string;
  readonly timestamp: number;
  readonly url: string;
}): string =>
  `jsapi_ticket=${page.ticket}&noncestr=${page.nonceStr}&timestamp=${page.timestamp}&url=${page.url}`;
