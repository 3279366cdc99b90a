import type { ParamsOf, ResultOf, wechatCcs } from '@app/contracts';

type Actions = typeof wechatCcs.actions;

/**
 * What this service can do: one entry per file in `usecase/`, one per action. What each throws
 * stands with the action in the contract.
 */
export type Usecases = {
  readonly [Name in keyof Actions]: (
    command: Name extends PushAction ? PushRequest : ParamsOf<Actions[Name]>,
  ) => Promise<ResultOf<Actions[Name]>>;
};

type PushAction = 'verifyPushUrl' | 'receivePush';

/** A callback of WeChat as it arrived. */
export interface PushRequest {
  readonly appId: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
