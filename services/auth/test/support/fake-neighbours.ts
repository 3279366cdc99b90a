import {
  user,
  wechatCcs,
  type IdentityKey,
  type ServiceContract,
  type UserProfile,
} from '@app/contracts';
import { DomainError, maskPhone } from '@app/kernel';
import { actionHandlers, type Handlers, type ServiceSchema } from '@app/runtime';
import { ids } from './builders.ts';

/** The neighbours as services on the bus, by their contracts, with what they were asked. */
export interface FakeNeighbours {
  readonly schemas: readonly ServiceSchema[];
  readonly frozen: Set<string>;
  /** Phones that belong to somebody else. */
  readonly takenPhones: Set<string>;
  /** The keys of every sign-in. */
  readonly asked: (readonly IdentityKey[])[];
}

export const createFakeNeighbours = (): FakeNeighbours => {
  const spent = new Set<string>();
  const people = new Map<string, string>();
  const frozen = new Set<string>();
  const takenPhones = new Set<string>();
  const asked: (readonly IdentityKey[])[] = [];

  const redeem = (code: string, prefix: string, refusal: DomainError): string => {
    if (!code.startsWith(prefix) || spent.has(code)) throw refusal;
    spent.add(code);
    return code.slice(prefix.length);
  };

  const wechat = partial(wechatCcs, {
    exchangeLoginCode: async ({ code }) => {
      await Promise.resolve();
      const refusal = new DomainError('WECHAT_CODE_INVALID', 'unauthenticated');
      const openid = redeem(code, 'code-', refusal).replace(/-\d+$/, '');
      return { appId: 'wxapp', openid, unionid: null };
    },
    exchangePhoneCode: async ({ code }) => {
      await Promise.resolve();
      const refusal = new DomainError('WECHAT_PHONE_CODE_INVALID', 'invalid');
      return { phone: redeem(code, 'phone-', refusal), countryCode: '86' };
    },
  });

  const users = partial(user, {
    findOrCreateByIdentity: async ({ keys }) => {
      await Promise.resolve();
      asked.push(keys);
      const [key] = keys.map((each) => JSON.stringify(each));
      const known = people.get(key ?? '');
      const id = known ?? ids.next();
      people.set(key ?? '', id);
      if (frozen.has(id)) throw new DomainError('USER_FROZEN', 'forbidden');
      return { profile: profileOf(id), isNew: known === undefined };
    },
    getProfile: ({ userId }) =>
      Promise.resolve({
        profile: profileOf(userId),
        status: frozen.has(userId) ? ('frozen' as const) : ('active' as const),
      }),
    bindPhone: async ({ phone }) => {
      await Promise.resolve();
      if (takenPhones.has(phone)) throw new DomainError('PHONE_BOUND_TO_OTHER_ACCOUNT', 'conflict');
      return { phone: maskPhone(phone) };
    },
  });

  return { schemas: [wechat, users], frozen, takenPhones, asked };
};

const profileOf = (id: string): UserProfile => ({
  id,
  nickname: '微信用户',
  avatarUrl: '',
  bio: '',
  phone: null,
  createdAt: '2026-11-20T08:00:00.123Z',
});

/** A service of which a test needs only some actions; the others fail loudly. */
const partial = <Contract extends ServiceContract>(
  contract: Contract,
  handlers: Partial<Handlers<NoInfer<Contract>>>,
): ServiceSchema => {
  const missing = () => Promise.reject(new Error('this action is not part of the fake'));
  const all = Object.fromEntries(Object.keys(contract.actions).map((key) => [key, missing]));
  return actionHandlers(contract, { ...all, ...handlers });
};
