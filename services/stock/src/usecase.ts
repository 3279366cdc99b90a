import type { ParamsOf, ResultOf, StockItem, stock } from '@app/contracts';

type Actions = typeof stock.actions;
type Params<K extends keyof Actions> = Readonly<ParamsOf<Actions[K]>>;
type Result<K extends keyof Actions> = Promise<ResultOf<Actions[K]>>;

/** What this service can do: one entry per file in `usecase/`. */
export interface Usecases {
  getAvailability(query: Params<'getAvailability'>): Result<'getAvailability'>;
  /** @throws STOCK_EXHAUSTED, STOCK_RESERVATION_ENDED, STOCK_RESERVATION_MISMATCH */
  reserve(command: Params<'reserve'>): Result<'reserve'>;
  /** @throws STOCK_RESERVATION_NOT_FOUND */
  commit(command: Params<'commit'>): Result<'commit'>;
  /** @throws STOCK_ILLEGAL_TRANSITION */
  release(command: Params<'release'>): Result<'release'>;
  /** @throws STOCK_RESERVATION_NOT_FOUND, …_MISMATCH, STOCK_ILLEGAL_TRANSITION, STOCK_RETURN_EXCEEDS_SOLD */
  returnStock(command: Params<'returnStock'>): Result<'returnStock'>;
  /** @throws STOCK_BELOW_RESERVED, STOCK_CHANGED */
  setOnHand(command: Params<'setOnHand'> & { readonly adminId: string }): Promise<StockItem>;
  /** @throws VALIDATION_FAILED for a cursor that is none */
  listStock(query: Params<'listStock'>): Result<'listStock'>;
  /** @throws VALIDATION_FAILED for a cursor that is none */
  listMovements(query: Params<'listMovements'>): Result<'listMovements'>;
  /** Ends reservations whose time is up. @returns how many */
  expireDue(): Promise<number>;
  auditStock(): Result<'auditStock'>;
  rebuildStock(command: { readonly dryRun: boolean }): Result<'rebuildStock'>;
}
