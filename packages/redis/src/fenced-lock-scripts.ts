import { defineScript } from './script.ts';

/** Microseconds of Redis's own clock: all nodes measure a lease by the same one. */
const NOW_US = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
`;

export const acquire = defineScript({
  name: 'lock-acquire',
  keys: 1,
  lua: `
-- Takes a named lock unless somebody holds it.
-- KEYS[1]  hash of the lock: token, fence, until_us
-- ARGV[1]  token of this attempt   ARGV[2] lease in ms   ARGV[3] ms to remember the fence afterwards
-- Returns  {fence, 0} when taken, {0, ms until the holder's lease ends} when not
-- Replay   with the token that holds the lock: the same fence again, the lease unchanged
-- The fence is a counter with the clock as its floor: it grows even when the counter was wiped.
${NOW_US}
local held = redis.call('HMGET', KEYS[1], 'token', 'fence', 'until_us')
local left = (tonumber(held[3]) or 0) - now
if held[1] and held[1] ~= '' and left > 0 then
  if held[1] == ARGV[1] then return {tonumber(held[2]), 0} end
  return {0, math.ceil(left / 1000)}
end
local fence = math.max((tonumber(held[2]) or 0) + 1, now)
local ends = now + tonumber(ARGV[2]) * 1000
redis.call('HSET', KEYS[1], 'token', ARGV[1],
  'fence', string.format('%.0f', fence), 'until_us', string.format('%.0f', ends))
redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[2]) + tonumber(ARGV[3]))
return {fence, 0}
`,
});

export const extend = defineScript({
  name: 'lock-extend',
  keys: 1,
  lua: `
-- Lengthens a lease that still runs.
-- KEYS[1]  hash of the lock: token, fence, until_us
-- ARGV[1]  token of the holder   ARGV[2] new lease in ms from now   ARGV[3] ms to remember the fence
-- Returns  1 when the lease runs on, 0 when it ended before (whether or not somebody else has it)
-- Replay   harmless: the lease ends ARGV[2] after the last run
${NOW_US}
local held = redis.call('HMGET', KEYS[1], 'token', 'until_us')
if held[1] ~= ARGV[1] or (tonumber(held[2]) or 0) <= now then return 0 end
local ends = now + tonumber(ARGV[2]) * 1000
redis.call('HSET', KEYS[1], 'until_us', string.format('%.0f', ends))
redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[2]) + tonumber(ARGV[3]))
return 1
`,
});

export const release = defineScript({
  name: 'lock-release',
  keys: 1,
  lua: `
-- Gives a lock back and keeps its fence.
-- KEYS[1]  hash of the lock: token, fence, until_us
-- ARGV[1]  token of the holder
-- Returns  1 when it was held by this token, 0 when not (expired and taken, or released before)
-- Replay   returns 0 and changes nothing
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'token', 'until_us')
return 1
`,
});
