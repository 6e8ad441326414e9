-- Tell everyone the answers and take the entries out.
-- KEYS: 1 queue, 2.. flight keys. ARGV: 1 channel, 2 answers, 3 group, 4.. stream ids.
for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
redis.call('PUBLISH', ARGV[1], ARGV[2])
for i = 4, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[3], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
return 1
