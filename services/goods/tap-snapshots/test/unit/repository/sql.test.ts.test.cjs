/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockSpu 1`
] = `
select \`id\`, \`code\`, \`title\`, \`description\`, \`images\`, \`category_id\`, \`status\`, \`version\`, \`published_at\`, \`created_at\`, \`updated_at\` from \`spu\` where \`id\` = ? for update
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > lockSpusByCode 1`
] = `
select \`id\`, \`code\`, \`title\`, \`description\`, \`images\`, \`category_id\`, \`status\`, \`version\`, \`published_at\`, \`created_at\`, \`updated_at\` from \`spu\` where \`code\` in (?, ?) order by \`code\` for update
-- ["CUP-1","CUP-2"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectForSale 1`
] = `
select \`sku\`.\`id\`, \`sku\`.\`spu_id\`, \`spu\`.\`title\`, \`sku\`.\`name\`, \`sku\`.\`attributes\`, \`spu\`.\`images\`, \`sku\`.\`price_fen\`, \`sku\`.\`is_on_sale\`, \`spu\`.\`status\` from \`sku\` inner join \`spu\` on \`spu\`.\`id\` = \`sku\`.\`spu_id\` where \`sku\`.\`id\` in (?)
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectList 1`
] = `
select \`id\`, \`code\`, \`title\`, \`description\`, \`images\`, \`category_id\`, \`status\`, \`version\`, \`published_at\`, \`created_at\`, \`updated_at\` from \`spu\` where \`status\` = ? and \`category_id\` = ? and \`id\` < ? order by \`id\` desc limit ?
-- ["draft","01K9ZQ4T6V8N2M3P5R7S9W1X0Y","01K9ZQ4T6V8N2M3P5R7S9W1X0Y",21]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectMatches 1`
] = `

    select spu.id, spu.public_view, best.score from (
      select hit.spu_id, hit.score from (
        select t0.spu_id, \`t0\`.weight + \`t1\`.weight + \`t2\`.weight as score from spu_term as t0 inner join spu_term as \`t1\` on \`t1\`.spu_id = t0.spu_id and \`t1\`.term = ? inner join spu_term as \`t2\` on \`t2\`.spu_id = t0.spu_id and \`t2\`.term = ?
        where t0.term = ? order by t0.spu_id desc limit 2000
      ) as hit where hit.score < ? or (hit.score = ? and hit.spu_id < ?) order by hit.score desc, hit.spu_id desc limit 21
    ) as best inner join spu on spu.id = best.spu_id
    order by best.score desc, best.spu_id desc
-- ["t:温杯","c:01K9ZQ4T6V8N2M3P5R7S9W1X0Y","t:保温",48,48,"01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectNewest 1`
] = `
select \`id\`, \`public_view\`, 0 as \`score\` from \`spu\` where \`status\` = ? and \`id\` < ? order by \`id\` desc limit ?
-- ["published","01K9ZQ4T6V8N2M3P5R7S9W1X0Y",21]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectOfCategory 1`
] = `

    select spu.id, spu.public_view, 0 as score from (
      select spu_id from spu_term where term = ? and spu_id < ?
      order by spu_id desc limit 21
    ) as place inner join spu on spu.id = place.spu_id
    order by place.spu_id desc
-- ["c:01K9ZQ4T6V8N2M3P5R7S9W1X0Y","01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectPaths 1`
] = `
select \`id\`, \`path\` from \`category\` where \`id\` in (?)
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;

exports[
  `test/unit/repository/sql.test.ts > TAP > the SQL that runs is the SQL that was reviewed > selectSkus 1`
] = `
select \`id\`, \`spu_id\`, \`code\`, \`name\`, \`attributes\`, \`price_fen\`, \`is_on_sale\`, \`version\` from \`sku\` where \`spu_id\` in (?) order by \`id\`
-- ["01K9ZQ4T6V8N2M3P5R7S9W1X0Y"]
`;
