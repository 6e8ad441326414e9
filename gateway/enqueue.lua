-- Queue the entries that are not in flight yet, all or none, each behind what its tenant has waiting already.
-- KEYS: 1 queue, 2 3 waiting, 4 entries, 5 held, 6 turns, 7 bell, 8 9 shares, 10.. one flight key per entry.
-- ARGV: 1 capacity, 2 capacity of one tenant, 3 flight lifetime in ms, then per entry: who waits, segment hash,
-- lane (1 interactive, 2 bulk), tenant, cost, patience in ms, payload.
-- Returns how many entries were queued, or -1 when the queue or the tenant's part of it is full.
local FLIGHTS, EACH = 10, 7
local function entry(i)
  local at = 4 + (i - FLIGHTS) * EACH
  return { waiter = ARGV[at], key = ARGV[at + 1], lane = tonumber(ARGV[at + 2]), tenant = ARGV[at + 3],
           cost = tonumber(ARGV[at + 4]), patience = ARGV[at + 5], payload = ARGV[at + 6] }
end

local fresh, more = 0, {}
local queued = {}
for i = FLIGHTS, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    local tenant = ARGV[4 + (i - FLIGHTS) * EACH + 3]
    fresh = fresh + 1
    queued[i] = true
    more[tenant] = (more[tenant] or 0) + 1
  end
end
if fresh > 0 then
  local there = redis.call('ZCARD', KEYS[2]) + redis.call('ZCARD', KEYS[3]) + redis.call('XLEN', KEYS[1])
  if there + fresh > tonumber(ARGV[1]) then return -1 end
  for tenant, n in pairs(more) do
    if tonumber(redis.call('HGET', KEYS[5], tenant) or 0) + n > tonumber(ARGV[2]) then return -1 end
  end
end

-- Deadlines are told by this server's clock, which all machines share.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local clocks, shares = {}, { {}, {} }
local function turn(lane, tenant, cost)
  if not clocks[lane] then
    clocks[lane] = tonumber(redis.call('HGET', KEYS[6], lane) or 0)
    redis.call('ZREMRANGEBYSCORE', KEYS[7 + lane], '-inf', string.format('(%.0f', clocks[lane]))
  end
  local share = shares[lane][tenant] or tonumber(redis.call('ZSCORE', KEYS[7 + lane], tenant) or 0)
  local mine = math.max(clocks[lane], share)
  shares[lane][tenant] = mine + cost
  return mine
end

for i = FLIGHTS, #KEYS do
  local e = entry(i)
  -- First of all writes: a Redis whose memory is full refuses it, and nothing is half done.
  if redis.call('SADD', KEYS[i], e.waiter) == 1 and redis.call('PTTL', KEYS[i]) < tonumber(ARGV[3]) then
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
  end
  if queued[i] and redis.call('HEXISTS', KEYS[4], e.key) == 0 then
    local deadline = string.format('%.0f', now + e.patience)
    redis.call('HSET', KEYS[4], e.key, table.concat({ deadline, string.format('%.0f', now), e.cost, e.tenant, e.payload }, ':'))
    redis.call('HINCRBY', KEYS[5], e.tenant, 1)
    redis.call('ZADD', KEYS[1 + e.lane], turn(e.lane, e.tenant, e.cost), e.key)
  elseif e.lane == 1 and redis.call('ZREM', KEYS[3], e.key) == 1 then
    -- Somebody who cannot wait joins what was queued as bulk.
    redis.call('ZADD', KEYS[2], turn(1, e.tenant, e.cost), e.key)
  end
end
for lane = 1, 2 do
  for tenant, share in pairs(shares[lane]) do redis.call('ZADD', KEYS[7 + lane], share, tenant) end
end
if fresh > 0 and redis.call('LLEN', KEYS[7]) == 0 then redis.call('RPUSH', KEYS[7], '1') end
return fresh
