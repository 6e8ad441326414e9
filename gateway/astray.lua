-- Which of these segments are no longer in flight: answered, or lost.
-- KEYS: flight keys. Returns their places, from 1.
local places = {}
for i, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 0 then places[#places + 1] = i end
end
return places
