-- Take what a request costs from all buckets of its caller, or from none.
-- KEYS: 1 the caller's buckets: hash of unit → level, unit:at → when it had that level.
-- ARGV: 1 time in ms or empty, 2 1 where the caller has a key, then per bucket: unit, quota, window in ms, cost.
-- Returns {ms to wait or 0, {whole units left, ms until full}, …}.
local now = tonumber(ARGV[1])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local buckets, wait = {}, 0
for i = 3, #ARGV, 4 do
  local b = { unit = ARGV[i], quota = tonumber(ARGV[i + 1]), cost = tonumber(ARGV[i + 3]) }
  b.rate = b.quota / tonumber(ARGV[i + 2])
  local kept = redis.call('HMGET', KEYS[1], b.unit, b.unit .. ':at')
  b.level = b.quota
  -- A clock that went back fills nothing and takes nothing; from then on its time counts.
  if kept[1] then
    b.level = math.min(b.quota, kept[1] + math.max(0, now - kept[2]) * b.rate)
    if now < tonumber(kept[2]) then redis.call('HSET', KEYS[1], b.unit .. ':at', string.format('%.0f', now)) end
  end
  local short = math.min(b.cost, b.quota) - b.level
  if short > 0 then wait = math.max(wait, math.ceil(short / b.rate)) end
  buckets[#buckets + 1] = b
end
local answer, full = { wait }, 1
for _, b in ipairs(buckets) do
  if wait == 0 then
    b.level = b.level - b.cost
    redis.call('HSET', KEYS[1], b.unit, string.format('%.6f', b.level), b.unit .. ':at', string.format('%.0f', now))
  end
  local whole = math.ceil((b.quota - b.level) / b.rate)
  full = math.max(full, whole)
  answer[#answer + 1] = { math.max(0, math.floor(b.level)), whole }
end
-- What has a lifetime is evicted when memory is full. Keys are counted, so theirs stay; the public is without number.
if ARGV[2] == '1' then
  redis.call('PERSIST', KEYS[1])
elseif wait == 0 then
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', full))
end
return answer
