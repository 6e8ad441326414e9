-- Hand an engine the entries whose turn it is: all of one lane, in the order of their turns, up to a budget.
-- KEYS: 1 queue, 2 3 waiting, 4 entries, 5 held, 6 turns, 7 bell.
-- ARGV: 1 group, 2 engine, 3 most entries, 4 most characters, 5 every so many pulls bulk goes first, 6 '1' when the
-- puller keeps itself free of bulk while people wait for answers, 7 most characters of bulk then, 8 for so many ms after
-- the last of them.
-- An entry in the stream: e the payload, d its deadline by the clock of this server, w how long it waited in ms.
-- Returns what XREADGROUP returns: from here on the entries are the engine's until it settles them.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interactive, bulk = redis.call('ZCARD', KEYS[2]), redis.call('ZCARD', KEYS[3])
local lane = 1
if bulk > 0 then
  local missed = tonumber(redis.call('HGET', KEYS[6], 'missed') or 0)
  if interactive == 0 or missed + 1 >= tonumber(ARGV[5]) then lane = 2 end
end
local people = now - tonumber(redis.call('HGET', KEYS[6], 'asked') or 0) < tonumber(ARGV[8])
local most = tonumber(ARGV[4])
if lane == 2 and people then
  if ARGV[6] == '1' then lane = 1 else most = tonumber(ARGV[7]) end
end
local waiting = redis.call('ZRANGE', KEYS[1 + lane], 0, ARGV[3] - 1, 'WITHSCORES')
local names, last = {}, nil
for i = 1, #waiting, 2 do names[#names + 1] = waiting[i] end

if #names > 0 then
  local values = redis.call('HMGET', KEYS[4], unpack(names))
  local taken, payloads, tenants, spent = {}, {}, {}, 0
  for i, name in ipairs(names) do
    local head, deadline, queued, cost, tenant =
      string.match(values[i] or '0:0:0::', '^((%d+):(%d+):(%d+):([^:]*):)')
    spent = spent + cost
    if #taken > 0 and spent > most then break end
    taken[#taken + 1] = name
    last = waiting[2 * i]
    if values[i] then
      payloads[#payloads + 1] = { string.sub(values[i], #head + 1), deadline, string.format('%.0f', now - queued) }
      tenants[tenant] = (tenants[tenant] or 0) + 1
    end
  end
  -- Removals first: they are allowed when memory is full, and so is all that follows them.
  redis.call('ZREM', KEYS[1 + lane], unpack(taken))
  redis.call('HDEL', KEYS[4], unpack(taken))
  if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM') end
  for _, each in ipairs(payloads) do
    redis.call('XADD', KEYS[1], '*', 'e', each[1], 'd', each[2], 'w', each[3])
  end
  for tenant, n in pairs(tenants) do
    if redis.call('HINCRBY', KEYS[5], tenant, -n) <= 0 then redis.call('HDEL', KEYS[5], tenant) end
  end
  redis.call('HSET', KEYS[6], lane, last)
  if lane == 1 then redis.call('HSET', KEYS[6], 'asked', now) end
  if lane == 2 or bulk == 0 then redis.call('HDEL', KEYS[6], 'missed') else redis.call('HINCRBY', KEYS[6], 'missed', 1) end
  if interactive + bulk > #taken and redis.call('LLEN', KEYS[7]) == 0 then redis.call('RPUSH', KEYS[7], '1') end
elseif bulk == 0 then
  redis.call('DEL', KEYS[7])
elseif redis.call('LLEN', KEYS[7]) == 0 then
  redis.call('RPUSH', KEYS[7], '1') -- for one who takes bulk
end
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
return redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
