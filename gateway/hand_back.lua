-- An engine that stops gives back what it has not begun: it waits again, before all others of its lane.
-- KEYS: 1 queue, 2 3 waiting, 4 entries, 5 held, 6 turns, 7 bell.
-- ARGV: 1 group, then per entry: stream id, segment hash, lane (1 interactive, 2 bulk), tenant, cost,
-- deadline by the clock of this server, payload.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
for at = 2, #ARGV, 7 do
  local id, key, lane, tenant = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3]
  if redis.call('XACK', KEYS[1], ARGV[1], id) == 1 then
    redis.call('XDEL', KEYS[1], id)
    redis.call('HSET', KEYS[4], key, table.concat({ ARGV[at + 5], now, ARGV[at + 4], tenant, ARGV[at + 6] }, ':'))
    redis.call('HINCRBY', KEYS[5], tenant, 1)
    redis.call('ZADD', KEYS[1 + lane], redis.call('HGET', KEYS[6], lane) or 0, key)
  end
end
if redis.call('LLEN', KEYS[7]) == 0 then redis.call('RPUSH', KEYS[7], '1') end
return 1
