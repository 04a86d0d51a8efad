# SPDX-License-Identifier: Apache-2.0
"""Drives one server entry of an MCP client's configuration with the official client, as Claude Desktop or Cursor would start it.

Usage: drive_stdio.py CONFIGURATION SERVER TOOL…
Prints one JSON object: the tools listed, and per TOOL what calling it without arguments answered.
"""
import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def drive(entry, tools):
    server = StdioServerParameters(command=entry["command"], args=entry["args"], env=entry.get("env"))
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        listed = [tool.name for tool in (await session.list_tools()).tools]
        answers = []
        for tool in tools:
            result = await session.call_tool(tool, {})
            answers.append({"tool": tool, "isError": result.isError, "text": result.content[0].text})
        return {"listed": listed, "answers": answers}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        entry = json.load(file)["mcpServers"][sys.argv[2]]
    print(json.dumps(asyncio.run(drive(entry, sys.argv[3:]))))
