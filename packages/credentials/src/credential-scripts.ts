import { defineScript } from '@app/redis';

/** Compare and swap of a credential. */
export const replaceCredential = defineScript({
  name: 'replace-credential',
  keys: 1,
  lua: `
-- KEYS[1]  hash of the credential: fields version, sealed, mayEndAt
-- ARGV[1]  version that must be stored now, 0 for none
-- ARGV[2]  version of the new credential, greater than that
-- ARGV[3]  the new credential, sealed
-- ARGV[4]  time to keep it, ms
-- Returns  1 when it was stored, 0 when the version was another one or the new one is not newer
-- Replay   a second run gives 0 and changes nothing: the version has moved on
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[1] then return 0 end
if tonumber(ARGV[2]) <= tonumber(version) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'sealed', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`,
});

/** Marks a credential whose successor somebody asks for. */
export const markMayEnd = defineScript({
  name: 'mark-credential-may-end',
  keys: 1,
  lua: `
-- KEYS[1]  hash of the credential: fields version, sealed, mayEndAt
-- ARGV[1]  version that is meant
-- ARGV[2]  when it ends, perhaps: ms since the epoch; an earlier time that stands there stays
-- Returns  1 when that version carries the mark, 0 when another one is stored
-- Replay   a second run changes nothing
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
local present = redis.call('HGET', KEYS[1], 'mayEndAt')
if not present or tonumber(present) > tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'mayEndAt', ARGV[2])
end
return 1
`,
});
