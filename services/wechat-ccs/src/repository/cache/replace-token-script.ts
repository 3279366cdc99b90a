import { defineScript } from '@app/redis';

/** Compare and swap of an app's token. */
export const replaceToken = defineScript({
  name: 'replace-access-token',
  keys: 1,
  lua: `
-- KEYS[1]  hash of the app's token: fields version, sealed
-- ARGV[1]  version that must be stored now, 0 for none
-- ARGV[2]  version of the new token, greater than that
-- ARGV[3]  the new token, sealed
-- ARGV[4]  time to keep it, ms
-- Returns  1 when it was stored, 0 when the version was another one or the new one is not newer
-- Replay   a second run gives 0 and changes nothing: the version has moved on
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[1] then return 0 end
if tonumber(ARGV[2]) <= tonumber(version) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'sealed', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`,
});
