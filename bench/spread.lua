-- wrk -s spread.lua URL -- FILE: asks for the lines of FILE, a path each, from a random one on.
-- What follows a path is an ETag, sent as If-None-Match. The last line of output is JSON.

local requests, turn = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local path, etag = line:match("^(%S+) ?(.*)$")
    if etag ~= "" then wrk.headers["If-None-Match"] = etag end
    requests[#requests + 1] = wrk.format("GET", path)
  end
  math.randomseed(os.time())
  turn = math.random(#requests)
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "bytes": %d, "failed": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
