-- SPDX-License-Identifier: Apache-2.0
-- wrk: one allowed tools/call after another. TOKEN and SESSION come from the environment.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
wrk.headers["MCP-Protocol-Version"] = "2025-11-25"
wrk.headers["Mcp-Session-Id"] = os.getenv("SESSION")

-- An id may not be in flight twice in a session, and all connections share one here.
local id = 0
local before, after = '{"jsonrpc":"2.0","id":', ',"method":"tools/call","params":{"name":"echo","arguments":{"text":"' .. string.rep("y", 128) .. '"}}}'
function request()
  id = id + 1
  return wrk.format(nil, nil, nil, before .. id .. after)
end

function response(status, headers, body)
  if status ~= 200 or not string.find(body, "xxxxxxxx", 1, true) then
    wrk.thread:stop()
    io.stderr:write("not the upstream's answer: " .. status .. " " .. string.sub(body, 1, 200) .. "\n")
    os.exit(1)
  end
end
