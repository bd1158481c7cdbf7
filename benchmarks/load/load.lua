-- SPDX-FileCopyrightText: 2026 The b2ckit authors
-- SPDX-License-Identifier: Apache-2.0

-- For wrk. Sends the tokens of the first file in turn. Once the second file is there,
-- every second request has one of its tokens.

local threads = {}

function setup(thread)
	table.insert(threads, thread)
end

local tokens, others, path
local n = 0
mixed = 0 -- requests with a token of the second file; global, to be asked for

local function read(name)
	local file = io.open(name)
	if not file then
		return nil
	end
	local all = {}
	for token in file:lines() do
		all[#all + 1] = wrk.format("GET", nil, { Authorization = "Bearer " .. token })
	end
	file:close()
	return all
end

function init(args)
	path = args[2]
	tokens = read(args[1])
end

function request()
	n = n + 1
	if not others and n % 256 == 0 then
		others = read(path)
	end
	if others and n % 2 == 0 then
		mixed = mixed + 1
		return others[mixed % #others + 1]
	end
	return tokens[n % #tokens + 1]
end

function done(summary, latency, requests)
	local sum = 0
	for _, thread in ipairs(threads) do
		sum = sum + thread:get("mixed")
	end
	local e = summary.errors
	print(string.format(
		'{"requests":%d,"duration":%d,"p50":%d,"p99":%d,"p999":%d,"refused":%d,"broken":%d,"mixed":%d}',
		summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
		e.status, e.connect + e.read + e.write + e.timeout, sum))
end
