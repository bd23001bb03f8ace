"""The same as the other scripts do, by a client in another language: client.py lists its ways, client.py WAY tries one."""

import asyncio
import json
import os
import re
import sys

from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

SERVER = json.loads(os.environ.get("GLIMPSE_SERVER", "{}"))
WAYS = ["stdio", "HTTP"]


def transport(way):
    if way == "stdio":
        return StdioTransport(SERVER["command"], SERVER["args"], env=SERVER["env"])
    return StreamableHttpTransport(SERVER["url"], headers={"Authorization": f"Bearer {SERVER['token']}"})


def told(feature, problem=None):
    print(json.dumps({"feature": feature, **({"problem": problem} if problem else {})}), flush=True)


async def use(way):
    try:
        client = Client(transport(way))
        await client.__aenter__()
    except Exception as error:
        return told("connects", str(error)[:200])
    told("connects")
    ids = []

    async def tools():
        names = [tool.name for tool in await client.list_tools()]
        assert {"search_images", "overview", "view_images"} <= set(names), names

    async def search():
        found = await client.call_tool("search_images", {"query": "a dog", "limit": 3})
        ids.extend(hit["id"] for hit in found.structured_content["hits"])
        assert ids, found

    async def pictures():
        shown = await client.call_tool("view_images", {"ids": ids[:1], "size": "thumb"})
        assert [block.type for block in shown.content].count("image") == 1, shown

    async def errors():
        wrong = await client.call_tool("view_images", {"ids": ["0000000000aa"]}, raise_on_error=False)
        assert wrong.is_error and re.search("0000000000aa", wrong.content[0].text), wrong

    async def resources():
        assert len(await client.list_resources()) > 1

    for feature in (tools, search, pictures, errors, resources):
        try:
            await feature()
            told(feature.__name__)
        except Exception as error:
            told(feature.__name__, str(error)[:200] or type(error).__name__)
    await client.__aexit__(None, None, None)


if len(sys.argv) > 1:
    asyncio.run(use(sys.argv[1]))
else:
    print(json.dumps(WAYS))
