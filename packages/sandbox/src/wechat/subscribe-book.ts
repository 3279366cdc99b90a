/** A template that the account has selected in its console. */
export interface MessageTemplate {
  readonly templateId: string;
  /** The keys a message must have, all of them; null: any that are keys at all. */
  readonly keys: readonly string[] | null;
  /** The values of `enum` keys. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/** A message that reached a user. */
export interface DeliveredMessage {
  readonly msgid: string;
  readonly appid: string;
  readonly openid: string;
  readonly templateId: string;
  readonly page: string | null;
  readonly data: Readonly<Record<string, string>>;
  readonly state: string;
  readonly lang: string;
  readonly atMs: number;
}

/** Templates of accounts, authorisations of users, and what was delivered. */
export interface SubscribeBook {
  defineTemplate(appid: string, template: MessageTemplate): void;
  findTemplate(appid: string, templateId: string): MessageTemplate | undefined;
  /** The pages of the released version; null (default): any. */
  releasePages(appid: string, pages: readonly string[] | null): void;
  hasPage(appid: string, page: string): boolean;
  /** The user accepts so many popups. */
  grant(appid: string, openid: string, templateId: string, times: number): number;
  /** The user switches the template's messages off. */
  revoke(appid: string, openid: string, templateId: string): void;
  remaining(appid: string, openid: string, templateId: string): number;
  /** Uses one authorisation and delivers. */
  deliver(message: Omit<DeliveredMessage, 'msgid'>): DeliveredMessage;
  /** Newest first. */
  delivered(openid?: string): readonly DeliveredMessage[];
  clear(): void;
}

/** Like the vendor's: more digits than a double holds exactly. */
const FIRST_MSGID = 3_000_000_000_000_000_001n;

export const createSubscribeBook = (): SubscribeBook => {
  const templates = new Map<string, MessageTemplate>();
  const pages = new Map<string, ReadonlySet<string>>();
  const grants = new Map<string, number>();
  const messages: DeliveredMessage[] = [];
  const keyOf = (...parts: readonly string[]): string => parts.join(' ');
  const remaining: SubscribeBook['remaining'] = (...key) => grants.get(keyOf(...key)) ?? 0;

  return {
    defineTemplate: (appid, template) => {
      templates.set(keyOf(appid, template.templateId), template);
    },
    findTemplate: (appid, templateId) => templates.get(keyOf(appid, templateId)),
    releasePages: (appid, list) => {
      if (list === null) pages.delete(appid);
      else pages.set(appid, new Set(list));
    },
    hasPage: (appid, page) => pages.get(appid)?.has(page) ?? true,
    grant(appid, openid, templateId, times) {
      const count = remaining(appid, openid, templateId) + times;
      grants.set(keyOf(appid, openid, templateId), count);
      return count;
    },
    revoke: (...key) => {
      grants.delete(keyOf(...key));
    },
    remaining,
    deliver(message) {
      const { appid, openid, templateId } = message;
      grants.set(keyOf(appid, openid, templateId), remaining(appid, openid, templateId) - 1);
      const delivered = { ...message, msgid: String(FIRST_MSGID + BigInt(messages.length)) };
      messages.push(delivered);
      return delivered;
    },
    delivered: (openid) =>
      messages.filter((message) => openid === undefined || message.openid === openid).reverse(),
    clear() {
      templates.clear();
      pages.clear();
      grants.clear();
      messages.length = 0;
    },
  };
};
