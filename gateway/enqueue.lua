-- Queue the entries that are not in flight yet, all or none, each behind what its tenant has waiting already.
-- KEYS: 1 queue, 2 3 waiting, 4 entries, 5 held, 6 turns, 7 bell, 8 9 shares, 10.. one flight key per entry.
-- ARGV: 1 capacity, 2 capacity of one tenant, 3 flight lifetime in ms, then per entry: who waits, segment hash,
-- lane (1 interactive, 2 bulk), tenant, cost, patience in ms, payload.
-- Returns how many entries were queued, or -1 when the queue or the tenant's part of it is full.
local FLIGHTS, EACH = 10, 7
local fresh, queued, more = 0, {}, {}
for i = FLIGHTS, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    local tenant = ARGV[(i - FLIGHTS) * EACH + 7]
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
local began = string.format('%.0f', now)

local clocks, shares, placed = {}, { {}, {} }, { {}, {} }
local function place(lane, tenant, cost, key)
  if not clocks[lane] then
    clocks[lane] = tonumber(redis.call('HGET', KEYS[6], lane) or 0)
    redis.call('ZREMRANGEBYSCORE', KEYS[7 + lane], '-inf', string.format('(%.0f', clocks[lane]))
  end
  local share = shares[lane][tenant] or tonumber(redis.call('ZSCORE', KEYS[7 + lane], tenant) or 0)
  local turn = math.max(clocks[lane], share)
  shares[lane][tenant] = turn + cost
  local row = placed[lane]
  row[#row + 1] = turn
  row[#row + 1] = key
end

local bulk = redis.call('ZCARD', KEYS[3])
local held = {}
for i = FLIGHTS, #KEYS do
  local at = (i - FLIGHTS) * EACH + 4
  local key, lane, tenant, cost = ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3], tonumber(ARGV[at + 4])
  -- First of all writes: a Redis whose memory is full refuses it, and nothing is half done.
  local joined = redis.call('SADD', KEYS[i], ARGV[at])
  if queued[i] or (joined == 1 and redis.call('PTTL', KEYS[i]) < tonumber(ARGV[3])) then
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
  end
  local deadline = string.format('%.0f', now + ARGV[at + 5])
  if queued[i]
    and redis.call('HSETNX', KEYS[4], key, table.concat({ deadline, began, cost, tenant, ARGV[at + 6] }, ':')) == 1
  then
    held[tenant] = (held[tenant] or 0) + 1
    place(lane, tenant, cost, key)
  elseif lane == 1 and bulk > 0 and redis.call('ZREM', KEYS[3], key) == 1 then
    -- Somebody who cannot wait joins what was queued as bulk.
    place(1, tenant, cost, key)
  end
end
for lane = 1, 2 do
  local row = placed[lane]
  for first = 1, #row, 1000 do
    redis.call('ZADD', KEYS[1 + lane], unpack(row, first, math.min(first + 999, #row)))
  end
  for tenant, share in pairs(shares[lane]) do redis.call('ZADD', KEYS[7 + lane], share, tenant) end
end
for tenant, n in pairs(held) do redis.call('HINCRBY', KEYS[5], tenant, n) end
if fresh > 0 and redis.call('LLEN', KEYS[7]) == 0 then redis.call('RPUSH', KEYS[7], '1') end
return fresh
