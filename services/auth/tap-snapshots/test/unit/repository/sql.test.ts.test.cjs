/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > deleteExpired 1`
] = `
delete from \`session\` where \`expires_at\` < ? order by \`expires_at\` limit ?
-- ["1970-01-01T00:00:01.000Z",50]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > deleteStaleBlocks 1`
] = `
delete from \`block_entry\` where ((\`is_active\` = ? and \`changed_at\` < ?) or \`expires_at\` < ?) limit ?
-- [0,"1970-01-01T00:00:01.000Z","1970-01-01T00:00:01.000Z",50]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockAccounts 1`
] = `
select * from \`admin_account\` order by \`id\` for update
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockAttempts 1`
] = `
select * from \`login_attempt\` where \`scope_key\` in (?, ?) order by \`scope_key\` for update
-- ["a","b"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockSession 1`
] = `
select * from \`session\` where \`id\` = ? for update
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockUnrevoked 1`
] = `
select * from \`session\` where \`user_id\` = ? and \`revoked_at\` is null order by \`id\` for update
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectAudit 1`
] = `
select * from \`audit_entry\` order by \`seq\` desc limit ?
-- [20]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectAuditOfActor 1`
] = `
select * from \`audit_entry\` where \`actor\` = ? and \`kind\` = ? and \`seq\` < ? order by \`seq\` desc limit ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y","intent",9,20]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectBlockChanges 1`
] = `
select * from \`block_entry\` where \`changed_at\` >= ? order by \`changed_at\`, \`id\` limit ?
-- ["1970-01-01T00:00:01.000Z",100]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectBlockChangesNext 1`
] = `
select * from \`block_entry\` where \`changed_at\` >= ? and (\`changed_at\` > ? or \`id\` > ?) order by \`changed_at\`, \`id\` limit ?
-- ["1970-01-01T00:00:01.500Z","1970-01-01T00:00:01.500Z","01K9ZQ4T6V8N2M3P5R7S9W1X0Y",100]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectLive 1`
] = `
select * from \`session\` where \`user_id\` = ? and \`revoked_at\` is null and \`expires_at\` > ? order by \`last_used_at\` desc, \`id\` desc
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y","1970-01-01T00:00:01.000Z"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectRevocations 1`
] = `
select * from \`revocation\` where \`revoked_at\` >= ? and \`expires_at\` > ? order by \`revoked_at\`, \`subject\` limit ?
-- ["1970-01-01T00:00:01.000Z","1970-01-01T00:00:02.000Z",101]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectRevocationsForeignCursor 1`
] = `
select * from \`revocation\` where \`revoked_at\` >= ? and \`expires_at\` > ? order by \`revoked_at\`, \`subject\` limit ?
-- ["1970-01-01T00:00:01.000Z","1970-01-01T00:00:02.000Z",101]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectRevocationsNext 1`
] = `
select * from \`revocation\` where \`revoked_at\` >= ? and \`expires_at\` > ? and (\`revoked_at\` > ? or \`subject\` > ?) order by \`revoked_at\`, \`subject\` limit ?
-- ["1970-01-01T00:00:01.500Z","1970-01-01T00:00:02.000Z","1970-01-01T00:00:01.500Z","01K9ZQ4T6V8N2M3P5R7S9W1X0Y",101]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectToken 1`
] = `
select * from \`refresh_token\` where \`id\` = ?
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectTokenPlace 1`
] = `
select \`id\`, \`session_id\` from \`refresh_token\` where \`token_hash\` = ?
-- ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectUserRevocation 1`
] = `
select \`revoked_at\` from \`revocation\` where \`kind\` = ? and \`subject\` = ?
-- ["user","01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > upsertRevocation 1`
] = `
insert into \`revocation\` (\`kind\`, \`subject\`, \`revoked_at\`, \`expires_at\`, \`reason\`) values (?, ?, ?, ?, ?) on duplicate key update \`revoked_at\` = greatest(revoked_at, ?), \`expires_at\` = greatest(expires_at, ?)
-- ["user","01K9ZQ4T6V8N2M3P5R7S9W1X0Y","1970-01-01T00:00:00.001Z","1970-01-01T00:00:00.002Z",null,"1970-01-01T00:00:00.001Z","1970-01-01T00:00:00.002Z"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > wipeSuccessors 1`
] = `
update \`refresh_token\` set \`successor_sealed\` = ?, \`grace_until\` = ? where \`grace_until\` < ? order by \`grace_until\` limit ?
-- [null,null,"1970-01-01T00:00:01.000Z",50]
`;
