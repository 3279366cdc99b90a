import type { wechatCcs } from '@app/contracts';
import type { Clock, Ids, Sealer } from '@app/kernel';
import type { Database, Outbox } from '@app/mysql';
import type { RedisPart } from '@app/redis';
import type { Handlers, HintSubscription, Host, Part, Upstream } from '@app/runtime';
import type { Config } from '../config.ts';
import type { Tables } from '../repository/repo/tables.ts';
import type { createAppDirectory } from '../repository/app-directory.ts';
import type {
  AppDirectory,
  AppRepository,
  QuotaLedger,
  RefreshReports,
  SessionKeyRepository,
} from '../repository.ts';
import type { TokenKeeper, WechatApi, WechatClient } from '../service.ts';
import type { Usecases } from '../usecase.ts';
import type { TokenKeeping } from './token-keeping.ts';

/** What every group of use-cases is built from; `app.ts` makes it once. */
export interface Foundation {
  readonly host: Host;
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sealer: Sealer;
  readonly redis: RedisPart;
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
  readonly apps: AppDirectory;
  /** The same with what admins and the adapters may know. */
  readonly directory: ReturnType<typeof createAppDirectory>;
  readonly appRows: AppRepository;
  readonly reports: RefreshReports;
  readonly sessionKeys: SessionKeyRepository;
  readonly quotas: QuotaLedger;
  readonly tokens: TokenKeeping;
  readonly keeper: TokenKeeper;
  readonly upstream: Upstream;
  readonly wechat: WechatClient;
  readonly api: WechatApi;
  /** Adds span, metric and log line. */
  named<Name extends keyof Usecases>(name: Name, usecase: Usecases[Name]): Usecases[Name];
}

type AllHandlers = Handlers<typeof wechatCcs>;

/** One group of actions, with what works for it behind the scenes. */
export interface Group<Names extends keyof AllHandlers> {
  readonly handlers: Pick<AllHandlers, Names>;
  readonly workers?: readonly Part[];
  readonly onHints?: readonly HintSubscription[];
}
