"""Drives `lawbook mcp` with the official client of Python, and prints what it was told as JSON.

Arguments: the program, the folder to serve, and the mode of the client. The client validates every structured answer against
the schema of its tool; the schemas themselves are validated here.
"""

import json
import sys

import anyio
from jsonschema import Draft202012Validator
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError

CALLS = [
    ("check", {}),
    ("check", {"paths": ["src"]}),
    ("check", {"text": "var a = 1;\n", "path": "src/new.ts"}),
    ("fix_preview", {}),
    ("rules_for_path", {"path": "src/f0.ts"}),
    ("explain", {"rule": "no-var"}),
    ("suppressions", {}),
]


def fields(value):
    """A result as JSON, whatever the client calls its fields."""
    return json.loads(value.model_dump_json(by_alias=True))


async def pages(client, tool, arguments):
    """All pages of the structured answer of a tool, as a list. An answer that is an error fails."""
    found, cursor = [], None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        result = fields(await client.call_tool(tool, {**arguments, **more}))
        assert not result["isError"], result
        found.append(result["structuredContent"])
        cursor = found[-1]["nextCursor"]
        if cursor is None:
            return found


async def main(program, folder, mode):
    """Calls every tool of the server `program` in `folder` and prints what was answered, as JSON. `mode` is that of the client."""
    server = stdio_client(StdioServerParameters(command=program, args=["mcp"], cwd=folder))
    async with Client(server, mode=mode) as client:
        tools = fields(await client.list_tools())["tools"]
        for tool in tools:
            Draft202012Validator.check_schema(tool["inputSchema"])
            Draft202012Validator.check_schema(tool["outputSchema"])
        schemas = {tool["name"]: Draft202012Validator(tool["outputSchema"]) for tool in tools}
        answers = []
        for tool, arguments in CALLS:
            found = await pages(client, tool, arguments)
            for page in found:
                schemas[tool].validate(page)
            answers.append(found)

        seen = []

        async def note(done, total, message):
            seen.append(done)

        await client.call_tool("check", {}, progress_callback=note)

        refused = fields(await client.call_tool("check", {"paths": ["../out"]}))
        try:
            await client.call_tool("chekc", {})
            unknown = "answered"
        except MCPError as error:
            unknown = str(error)

        together = []

        async def one(number):
            result = fields(await client.call_tool("check", {"paths": [f"src/f{number}.ts"]}))
            together.append(result["structuredContent"]["total"])

        async with anyio.create_task_group() as group:
            for number in range(8):
                group.start_soon(one, number)

        print(json.dumps({
            "version": client.protocol_version,
            "instructions": client.instructions,
            "tools": [tool["name"] for tool in tools],
            "findings": [finding for page in answers[0] for finding in page["findings"]],
            "pages": len(answers[0]),
            "refused": refused["isError"] and refused["content"][0]["text"],
            "unknown": unknown,
            "together": together,
        }))


anyio.run(main, *sys.argv[1:])
