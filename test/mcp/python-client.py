"""Drives the built server with a client in another language, over stdio and HTTP.

    npm run build
    python3 -m venv venv && venv/bin/pip install fastmcp
    venv/bin/python test/mcp/python-client.py
"""

import asyncio
import os
import re
import subprocess
import tempfile
from pathlib import Path

from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

ROOT = Path(__file__).resolve().parents[2]
GLIMPSE = ["node", str(ROOT / "dist/cli/main.js")]
TOKEN = "python"


async def use(name: str, transport) -> None:
    progress = []

    async def on_progress(done, total, message):
        progress.append((done, total, message))

    async with Client(transport, progress_handler=on_progress) as client:
        tools = await client.list_tools()
        assert len(tools) == 6, tools
        found = await client.call_tool("search_images", {"query": "a dog", "limit": 3})
        ids = [hit["id"] for hit in found.structured_content["hits"]]
        assert len(ids) == 3, found
        shown = await client.call_tool("view_images", {"ids": ids})
        assert [block.type for block in shown.content].count("image") == 3, shown
        labels = await client.call_tool("classify_image", {"image": ids[0], "labels": ["dog", "car"]})
        assert len(labels.structured_content["labels"]) == 2, labels
        groups = await client.call_tool("find_duplicates", {"kind": "similar"})
        assert groups.structured_content["next_cursor"] is None or groups.structured_content["groups"]
        wrong = await client.call_tool("view_images", {"ids": ["0000000000aa"]}, raise_on_error=False)
        assert wrong.is_error and "search_images" in wrong.content[0].text, wrong
        resources = await client.list_resources()
        picture = await client.read_resource(resources[1].uri)
        assert len(picture[0].blob) > 100
        prompt = await client.get_prompt("find_picture", {"memory": "red car"})
        assert "red car" in prompt.messages[0].content.text
    print(f"pass  {name}")


async def main() -> None:
    with tempfile.TemporaryDirectory() as library:
        env = {**os.environ, "GLIMPSE_LIBRARY": library, "GLIMPSE_MCP_TOKEN": TOKEN}
        subprocess.run([*GLIMPSE, "add", str(ROOT / "samples"), "--model", "pocket"], env=env, check=True, capture_output=True)
        await use("stdio", StdioTransport(GLIMPSE[0], [GLIMPSE[1], "mcp"], env=env))
        server = subprocess.Popen([*GLIMPSE, "mcp", "--http", "--port", "0"], env=env, stderr=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://\S+", server.stderr.readline()).group()
            await use("http", StreamableHttpTransport(url, headers={"Authorization": f"Bearer {TOKEN}"}))
        finally:
            server.terminate()
            assert server.wait(10) == 0


asyncio.run(main())
