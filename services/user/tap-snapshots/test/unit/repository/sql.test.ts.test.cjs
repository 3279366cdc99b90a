/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > linkIdentities 1`
] = `
insert into \`identity\` (\`id\`, \`user_id\`, \`provider\`, \`realm\`, \`subject\`, \`created_at\`) values (?, ?, ?, ?, ?, ?) on duplicate key update \`user_id\` = \`identity\`.\`user_id\`
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y","01K9ZQ4T6V8N2M3P5R7S9W1X0Y","wechat","wxapp","oA","1970-01-01T00:00:00.000Z"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockOwner 1`
] = `
select \`id\` from \`user\` where \`id\` = ? for update
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockUser 1`
] = `
select \`user\`.\`id\`, \`user\`.\`nickname\`, \`user\`.\`avatar_url\`, \`user\`.\`bio\`, \`user\`.\`status\`, \`user\`.\`frozen_reason\`, \`user\`.\`frozen_at\`, \`user\`.\`phone_sealed\`, \`user\`.\`created_at\` from \`user\` where \`user\`.\`id\` = ? for update
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectAddresses 1`
] = `
select \`id\`, \`user_id\`, \`province\`, \`city\`, \`district\`, \`contact_sealed\`, \`is_default\`, \`created_at\` from \`address\` where \`user_id\` = ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectOwners 1`
] = `
select \`identity\`.\`provider\`, \`identity\`.\`realm\`, \`identity\`.\`subject\`, \`user\`.\`id\`, \`user\`.\`nickname\`, \`user\`.\`avatar_url\`, \`user\`.\`bio\`, \`user\`.\`status\`, \`user\`.\`frozen_reason\`, \`user\`.\`frozen_at\`, \`user\`.\`phone_sealed\`, \`user\`.\`created_at\` from \`identity\` inner join \`user\` on \`user\`.\`id\` = \`identity\`.\`user_id\` where ((\`identity\`.\`provider\` = ? and \`identity\`.\`realm\` = ? and \`identity\`.\`subject\` = ?) or (\`identity\`.\`provider\` = ? and \`identity\`.\`realm\` = ? and \`identity\`.\`subject\` = ?))
-- ["wechat","wxapp","oA","wechat-union","","oA"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectStaleContacts 1`
] = `
select \`id\`, \`user_id\`, \`contact_sealed\` from \`address\` where \`contact_key_id\` <> ? and \`id\` > ? order by \`id\` limit ?
-- ["k2","",500]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectStalePhones 1`
] = `
select \`id\`, \`phone_sealed\` from \`user\` where \`phone_key_id\` <> ? and \`id\` > ? order by \`id\` limit ?
-- ["k2","",500]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectSubject 1`
] = `
select \`subject\` from \`identity\` where \`user_id\` = ? and \`provider\` = ? and \`realm\` = ? order by \`id\` desc limit ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y","wechat","wxapp",1]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectUser 1`
] = `
select \`user\`.\`id\`, \`user\`.\`nickname\`, \`user\`.\`avatar_url\`, \`user\`.\`bio\`, \`user\`.\`status\`, \`user\`.\`frozen_reason\`, \`user\`.\`frozen_at\`, \`user\`.\`phone_sealed\`, \`user\`.\`created_at\` from \`user\` where \`user\`.\`id\` = ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;
