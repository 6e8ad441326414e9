-- Queue the entries that are not in flight yet, all or none.
-- KEYS[1] stream; KEYS[2..] flight keys. ARGV[1] capacity; ARGV[2] flight lifetime in ms; ARGV[3..] payloads, one per flight key.
-- Returns how many entries were queued, or -1 when the queue is full.
local fresh = {}
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then fresh[#fresh + 1] = i end
end
if #fresh == 0 then return 0 end
if redis.call('XLEN', KEYS[1]) + #fresh > tonumber(ARGV[1]) then return -1 end
for _, i in ipairs(fresh) do
  redis.call('SET', KEYS[i], '1', 'PX', ARGV[2])
  redis.call('XADD', KEYS[1], '*', 'e', ARGV[i + 1])
end
return #fresh
