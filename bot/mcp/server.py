"""The MCP server: it lists the tools, runs them within a time, and turns what goes wrong into sentences."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

from mcp.server.lowlevel import Server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

from bot.mcp.tools import TOOLS
from bot.monitoring import logs
from bot.serving.answer_service import AnswerService
from bot.serving.refused import UNFORESEEN
from index.errors import OnRecordError, UsageError

LOG = logging.getLogger("onrecord.mcp")
INSTRUCTIONS = (
    "On Record answers from a collection of stored articles and says nothing that it cannot quote. Use `ask` "
    "for questions, `search` to look around, `article` to read around a quote. Cite what you repeat."
)
# Who calls, as limits and conversations know them, from the context of a call. Raises OnRecordError.
Identify = Callable[[Any], Awaitable[str]]


def build_server(service: AnswerService, identify: Identify, seconds: float) -> "Server[Any]":
    """The server; `identify` says who calls, and a call may take so many `seconds`."""

    async def list_tools(*_: Any) -> ListToolsResult:
        return ListToolsResult(tools=[_described(tool) for tool in TOOLS])

    async def call_tool(context: Any, params: CallToolRequestParams) -> CallToolResult:
        with logs.request() as id_:
            try:
                async with asyncio.timeout(seconds):
                    return await _called(service, await identify(context), params)
            except OnRecordError as error:
                return _failed(str(error))
            except TimeoutError:
                return _failed(f"The call took longer than {seconds:g} s (request_seconds) and was given up.")
            except Exception:
                LOG.exception("the tool %s failed", params.name)
                return _failed(UNFORESEEN.format(id_))

    return Server(
        "onrecord",
        title="On Record",
        version=version("onrecord"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _called(service: AnswerService, client: str, params: CallToolRequestParams) -> CallToolResult:
    tool = next((one for one in TOOLS if one.name == params.name), None)
    if tool is None:
        msg = f"There is no tool {params.name[:100]!r}; there are {', '.join(one.name for one in TOOLS)}."
        raise UsageError(msg)
    given = params.arguments or {}
    for name in given:
        if name not in tool.properties:
            msg = f"{tool.name} takes no {name[:100]!r}; it takes {', '.join(tool.properties)}."
            raise UsageError(msg)
    result = await tool.run(service, client, given)
    return CallToolResult(
        content=[TextContent(type="text", text=result.text)], structured_content=result.data, is_error=False
    )


def _described(tool: Any) -> Tool:
    return Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output,
        annotations=ToolAnnotations(
            title=tool.title,
            read_only_hint=True,
            destructive_hint=False,
            open_world_hint=False,
        ),
    )


def _failed(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)
