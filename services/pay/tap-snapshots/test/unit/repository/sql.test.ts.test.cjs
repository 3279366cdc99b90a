/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockPayment 1`
] = `
select * from \`payment\` where \`order_no\` = ? for update
-- ["O1"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectDuePayments 1`
] = `
select \`order_no\` from \`payment\` where \`query_at\` <= ? order by \`query_at\` limit ?
-- ["2026-11-20T04:00:00.000Z",500]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectDueRefunds 1`
] = `
select \`refund_no\` from \`refund\` where \`act_at\` <= ? order by \`act_at\` limit ?
-- ["2026-11-20T04:00:00.000Z",500]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectLastSend 1`
] = `
select \`send_at\` from \`refund\` where \`order_no\` = ? order by \`send_at\` desc limit ?
-- ["O1",1]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectPayment 1`
] = `
select * from \`payment\` where \`order_no\` = ?
-- ["O1"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectRefund 1`
] = `
select * from \`refund\` where \`refund_no\` = ?
-- ["R1"]
`;
