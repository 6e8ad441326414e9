-- Nobody of ours waits for these entries any more: those that nobody else waits for either leave the queue.
-- KEYS: 1 queue, 2 3 waiting, 4 entries, 5 held, 6 turns, 7 bell, 8 9 shares, 10.. one flight key per entry.
-- ARGV: per entry: who waited, segment hash.
-- Returns how many entries left. What an engine has in hand is finished and serves whoever asks next.
local left = 0
for i = 10, #KEYS do
  local waiter, key = ARGV[2 * (i - 10) + 1], ARGV[2 * (i - 10) + 2]
  local value = redis.call('HGET', KEYS[4], key)
  if value and redis.call('SREM', KEYS[i], waiter) == 1 and redis.call('EXISTS', KEYS[i]) == 0 then
    local tenant = string.match(value, '^%d+:%d+:%d+:([^:]*):')
    redis.call('ZREM', KEYS[2], key)
    redis.call('ZREM', KEYS[3], key)
    redis.call('HDEL', KEYS[4], key)
    if redis.call('HINCRBY', KEYS[5], tenant, -1) <= 0 then redis.call('HDEL', KEYS[5], tenant) end
    left = left + 1
  end
end
return left
