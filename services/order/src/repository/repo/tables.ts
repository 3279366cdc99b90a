import type { CoreTables } from '@app/mysql';

export interface PingTable {
  readonly name: string;
  readonly count: number;
}

export interface Tables extends CoreTables {
  readonly ping: PingTable;
}
