-- wrk -s languages.lua URL -- FILE: each thread asks in one language alone, and looks for it in
-- every body. FILE: a language and a path a line. The last line of output is JSON.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

function init(args)
  local codes, paths = {}, {}
  for line in io.lines(args[1]) do
    local code, path = line:match("^(%S+) (%S+)$")
    if not paths[code] then
      codes[#codes + 1], paths[code] = code, {}
    end
    paths[code][#paths[code] + 1] = wrk.format("GET", path)
  end
  local code = codes[number % #codes + 1]
  requests, turn, wrong = paths[code], 0, 0
  -- Of the document itself; what it links to is in its language too.
  expected = '"url":"https://clinic.example.org/api/v1/' .. code .. '/treatments/'
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function response(status, headers, body)
  if status ~= 200 or not body:find(expected, 1, true) then wrong = wrong + 1 end
end

function done(summary, latency, _)
  local errors, wrong = summary.errors, 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "wrong": %d, "failed": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, wrong,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
