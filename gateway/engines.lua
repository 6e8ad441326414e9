-- Which engines live, by the clock of this server, which all machines share.
-- KEYS: 1 engines. ARGV: 1 how long a living engine may be silent in ms, 2 (optional) an engine that gives a sign of life.
-- Returns the time in ms and the names.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if ARGV[2] then
  -- Removed first: that is allowed when memory is full, and so is what follows it.
  redis.call('ZREM', KEYS[1], ARGV[2])
  redis.call('ZADD', KEYS[1], now, ARGV[2])
end
return { now, redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf') }
