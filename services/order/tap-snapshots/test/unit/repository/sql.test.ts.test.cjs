/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockOrder 1`
] = `
select * from \`order\` where \`order_no\` = ? for update
-- ["7K2Q9XW4T8BMZ01D5"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectDue 1`
] = `
select \`order_no\` from \`order\` where \`act_at\` <= ? order by \`act_at\` limit ?
-- ["1970-01-01T00:00:00.000Z",100]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectDueFollowUps 1`
] = `
select \`id\`, \`order_id\`, \`lane\` from \`follow_up\` where \`due_at\` <= ? order by \`due_at\` limit ?
-- ["1970-01-01T00:00:00.000Z",500]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectFirst 1`
] = `
select * from \`follow_up\` where \`order_id\` = ? and \`lane\` = ? order by \`id\` limit ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y","stock",1]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectItems 1`
] = `
select * from \`order_item\` where \`order_id\` in (?) order by \`order_id\`, \`line_no\`
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectOrder 1`
] = `
select * from \`order\` where \`order_no\` = ?
-- ["7K2Q9XW4T8BMZ01D5"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectPage 1`
] = `
select * from \`order\` where \`id\` < ? and \`user_id\` = ? and \`status\` = ? order by \`id\` desc limit ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y","01K9ZQ4T6V8N2M3P5R7S9W1X0Y","paid",21]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectRefunds 1`
] = `
select * from \`order_refund\` where \`order_id\` in (?) order by \`created_at\`, \`refund_no\`
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;
