/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > insertMovements 1`
] = `
insert into stock_movement ( sku_id, kind, ref, order_no, quantity, on_hand_delta, reserved_delta, on_hand_after, reserved_after, note, created_at ) select j.sku_id, j.kind, j.ref, j.order_no, j.quantity, j.on_hand_delta, j.reserved_delta, j.on_hand_after, j.reserved_after, j.note, ? from json_table(convert(? using utf8mb4), '$[*]' columns ( sku_id char(26) path '$[0]', kind varchar(16) path '$[1]', ref varchar(64) path '$[2]', order_no varchar(32) path '$[3]', quantity bigint path '$[4]', on_hand_delta bigint path '$[5]', reserved_delta bigint path '$[6]', on_hand_after bigint path '$[7]', reserved_after bigint path '$[8]', note varchar(200) path '$[9]' )) as j
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > insertReservations 1`
] = `
insert into stock_reservation (order_no, id, state, expires_at, created_at, updated_at) select j.order_no, j.id, j.state, j.expires_at, ?, ? from json_table(convert(? using utf8mb4), '$[*]' columns ( order_no varchar(32) path '$[0]', id char(26) path '$[1]', state varchar(16) path '$[2]', expires_at varchar(23) path '$[3]' )) as j
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockItems 1`
] = `
select \`sku_id\`, \`on_hand\`, \`reserved\` from \`stock_item\` where \`sku_id\` in (?) order by \`sku_id\` for update
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > putLines 1`
] = `
insert into stock_reservation_line (order_no, sku_id, quantity, returned) select j.order_no, j.sku_id, j.quantity, j.returned from json_table(convert(? using utf8mb4), '$[*]' columns ( order_no varchar(32) path '$[0]', sku_id char(26) path '$[1]', quantity int path '$[2]', returned int path '$[3]' )) as j on duplicate key update returned = values(returned)
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectAccounts 1`
] = `
select s.sku_id, i.on_hand, i.reserved, m.ledger_on_hand, m.ledger_reserved, l.on_hand_after as last_on_hand, l.reserved_after as last_reserved, h.held from (select ? as sku_id) as s left join stock_item as i on i.sku_id = convert(s.sku_id using ascii) collate ascii_bin left join ( select sku_id, sum(on_hand_delta) as ledger_on_hand, sum(reserved_delta) as ledger_reserved, max(id) as last_id from stock_movement where sku_id in (?) group by sku_id ) as m on m.sku_id = convert(s.sku_id using ascii) collate ascii_bin left join stock_movement as l on l.id = m.last_id left join ( select line.sku_id, sum(line.quantity) as held from stock_reservation as r join stock_reservation_line as line on line.order_no = r.order_no where r.state = 'held' and line.sku_id in (?) group by line.sku_id ) as h on h.sku_id = convert(s.sku_id using ascii) collate ascii_bin
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectAvailable 1`
] = `
select \`sku_id\`, \`on_hand\`, \`reserved\` from \`stock_item\` where \`sku_id\` in (?)
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectDue 1`
] = `
select \`order_no\` from \`stock_reservation\` where \`state\` = ? and \`expires_at\` <= ? order by \`expires_at\` limit ?
-- ["held","1970-01-01T00:00:00.000Z",200]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectItems 1`
] = `
select * from \`stock_item\` where \`sku_id\` > ? order by \`sku_id\` limit ?
-- ["",21]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectLines 1`
] = `
select \`order_no\`, \`sku_id\`, \`quantity\`, \`returned\` from \`stock_reservation_line\` where \`order_no\` in (?) order by \`order_no\`, \`sku_id\`
-- ["M7K2Q9XW4T8B"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectMovements 1`
] = `
select * from \`stock_movement\` where \`sku_id\` = ? and \`id\` < ? order by \`id\` desc limit ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y",7,21]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectReservations 1`
] = `
select \`order_no\`, \`id\`, \`state\`, \`expires_at\` from \`stock_reservation\` where \`order_no\` in (?)
-- ["M7K2Q9XW4T8B"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectReturns 1`
] = `
select \`ref\`, \`sku_id\`, \`kind\`, \`quantity\`, \`order_no\` from \`stock_movement\` where \`ref\` in (?) and \`kind\` in (?, ?)
-- ["R7K2Q9XW4T8B","return","returnDamaged"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectSkus 1`
] = `
select sku_id from stock_item where sku_id > ? union select sku_id from stock_movement where sku_id > ? group by sku_id order by sku_id limit ?
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > updateItems 1`
] = `
insert into stock_item (sku_id, on_hand, reserved, created_at, updated_at) select j.sku_id, j.on_hand, j.reserved, ?, ? from json_table(convert(? using utf8mb4), '$[*]' columns ( sku_id char(26) path '$[0]', on_hand bigint path '$[1]', reserved bigint path '$[2]' )) as j on duplicate key update on_hand = values(on_hand), reserved = values(reserved), updated_at = values(updated_at)
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > updateStates 1`
] = `
update \`stock_reservation\` set \`state\` = ?, \`updated_at\` = ? where \`state\` = ? and \`order_no\` in (?)
-- ["committed","1970-01-01T00:00:00.000Z","held","M7K2Q9XW4T8B"]
`;
