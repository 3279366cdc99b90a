import { care, good, stop, type Finding } from './finding.ts';

/** What `GET /internal/v1/wechat-ccs/diagnosis` says about an account whose last refresh failed. */
interface Diagnosis {
  readonly appId: string;
  readonly isUsable: boolean;
  readonly problem: {
    readonly type: string;
    readonly errcode: number | null;
    readonly remedy: string;
    readonly at: string;
  };
}

const TIMEOUT_MS = 5000;

/** Without a usable token nobody can sign in; with one there is time until it ends. */
export const wechatFindings = (items: readonly Diagnosis[]): readonly Finding[] =>
  items.length === 0
    ? [good('every access token could be refreshed')]
    : items.map(({ appId, isUsable, problem: { type, errcode, remedy, at } }) => {
        const reason = errcode === null ? type : `WeChat answers ${errcode}`;
        const what = `${appId}: no new access token since ${at} (${reason})`;
        return isUsable ? care(`${what}; the old one still works`, remedy) : stop(what, remedy);
      });

/** Asks the running suite. */
export const examineWechat = async (
  gatewayUrl: string,
  internalKey: string,
): Promise<readonly Finding[]> => {
  const route = '/internal/v1/wechat-ccs/diagnosis';
  try {
    const response = await fetch(`${gatewayUrl}${route}`, {
      headers: { 'x-internal-key': internalKey },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = (await response.json()) as {
      readonly type?: string;
      readonly data?: { readonly items?: readonly Diagnosis[] };
    };
    if (response.ok) return wechatFindings(answer.data?.items ?? []);
    const what = `wechat-ccs does not say how its tokens are: ${answer.type ?? response.status}`;
    return [care(what, './make.sh status shows which part is down')];
  } catch {
    return [care('the gateway does not answer', './make.sh status shows which part is down')];
  }
};
