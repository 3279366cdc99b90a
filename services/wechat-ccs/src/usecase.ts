import type { AnyAction, ParamsOf, ResultOf, wechatCcs } from '@app/contracts';
import type { Language } from './domain/errcode-advice.ts';

type Actions = typeof wechatCcs.actions;

/** Who works through an admin route; every write is logged with the id. */
export interface Admin {
  readonly adminId: string;
  readonly language: Language;
}

type ForAdmins = { readonly route: { readonly audience: 'admin' } };

type Usecase<Action extends AnyAction> = Action extends ForAdmins
  ? (command: ParamsOf<Action>, admin: Admin) => Promise<ResultOf<Action>>
  : (command: ParamsOf<Action>) => Promise<ResultOf<Action>>;

/**
 * What this service can do: one entry per file in `usecase/`, one per action. What each throws
 * stands with the action in the contract.
 */
export type Usecases = {
  readonly [Name in keyof Actions]: Name extends PushAction
    ? (command: PushRequest) => Promise<ResultOf<Actions[Name]>>
    : Usecase<Actions[Name]>;
};

type PushAction = 'verifyPushUrl' | 'receivePush';

/** A callback of WeChat as it arrived. */
export interface PushRequest {
  readonly appId: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
