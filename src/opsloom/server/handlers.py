"""``tools/list`` and ``tools/call``."""

import difflib
import hashlib
import logging
from collections.abc import Mapping
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from opsloom.audit.record import CallStatus
from opsloom.evidence.provider_text import clean
from opsloom.model.errors import InvalidRequestError, OpsloomError
from opsloom.server.call_record import CURRENT_CALL, CallRecord
from opsloom.server.caller import name_of
from opsloom.server.change_gate import ChangeGate
from opsloom.server.errors import error_result
from opsloom.server.incident_view import SHOWN_AS_PAGE, app_meta
from opsloom.server.runtime import Runtime
from opsloom.tools.action_answer import DRY_RUN, REGRESSED, STATUSES, ActionAnswer
from opsloom.tools.answer import Answer, to_json
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import ToolSpec

logger = logging.getLogger(__name__)

OUTPUT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["ok", "partial", "empty"]},
        "investigation": {"type": "string"},
        "sources": {"type": "array"},
        "columns": {"type": "array"},
        "rows": {"type": "array"},
        "notes": {"type": "array"},
        "evidence": {"type": "array"},
    },
    "required": ["status", "investigation", "sources", "columns", "rows", "notes", "evidence"],
}
ACTION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": [DRY_RUN, *STATUSES.values(), REGRESSED]},
        "investigation": {"type": "string"},
        "action": {"type": "string"},
        "code": {"type": "string"},
        "risk": {"type": "string"},
        "preview": {"type": "string"},
        "next": {"type": "string"},
        "notes": {"type": "array"},
        "evidence": {"type": "array"},
    },
    "required": ["status", "investigation", "risk", "preview", "next", "notes", "evidence"],
}


def published(spec: ToolSpec) -> Tool:
    """The tool as ``tools/list`` sends it."""
    return Tool(
        name=spec.name,
        title=spec.title,
        description=spec.description,
        input_schema=spec.schema,
        output_schema=ACTION_SCHEMA if spec.changes else OUTPUT_SCHEMA,
        annotations=ToolAnnotations(
            read_only_hint=spec.read_only,
            destructive_hint=spec.destructive,
            idempotent_hint=spec.idempotent,
            open_world_hint=spec.reads_providers,
        ),
        _meta=app_meta() if spec.name == SHOWN_AS_PAGE else None,
    )


class ToolHandlers:
    """Lists and calls the tools that are served."""

    def __init__(self, tools: Mapping[str, ToolSpec]) -> None:
        self._tools = tools
        self._published = [published(spec) for spec in tools.values()]

    async def list_tools(
        self, _context: ServerRequestContext[Runtime], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        """All tools on one page."""
        return ListToolsResult(tools=self._published)

    async def call_tool(
        self, context: ServerRequestContext[Runtime], params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        """Check the arguments, run the tool, and say in the call's record how it went."""
        runtime, record = context.lifespan_context, CURRENT_CALL.get()
        result = await self._run(context, runtime, record, params)
        if isinstance(result, InputRequiredResult):
            record.status = CallStatus.PENDING_APPROVAL
            return result
        text = "".join(block.text for block in result.content if isinstance(block, TextContent))
        record.result_digest = hashlib.sha256(text.encode()).hexdigest()
        return result

    async def _run(
        self,
        context: ServerRequestContext[Runtime],
        runtime: Runtime,
        record: CallRecord,
        params: CallToolRequestParams,
    ) -> CallToolResult | InputRequiredResult:
        spec = self._tools.get(params.name)
        if spec is None:
            record.status = CallStatus.UNKNOWN_TOOL
            return error_result(self._unknown(params.name), runtime)
        tool_context: ToolContext | None = None
        try:
            arguments = spec.parse(params.arguments or {})
            record.investigation = await runtime.investigations.resolve(
                name_of(record.actor), arguments["investigation"]
            )
            tool_context = runtime.tool_context(record, context.session.report_progress)
            answer: Answer | ActionAnswer | InputRequiredResult
            if spec.proposes:
                answer = await ChangeGate(context, runtime, record, params).run(spec, tool_context, arguments)
            else:
                answer = await spec.run(tool_context, arguments)
        except OpsloomError as error:
            record.status = CallStatus.REJECTED if isinstance(error, InvalidRequestError) else CallStatus.ERROR
            record.error = type(error).__name__
            return error_result(error, runtime)
        except Exception as error:  # a bug of ours: the model gets a sentence, the operator the traceback
            logger.exception("tool %s failed", spec.name)
            record.status, record.error = CallStatus.ERROR, type(error).__name__
            return error_result(OpsloomError(f"{spec.name} failed inside opsloom; see its log"), runtime)
        finally:
            if tool_context is not None:
                record.evidence = list(dict.fromkeys(tool_context.seen))
        if isinstance(answer, InputRequiredResult):
            return answer
        shown = (
            runtime.shown_action(answer, record) if isinstance(answer, ActionAnswer) else runtime.shown(answer, record)
        )
        return CallToolResult(content=[TextContent(type="text", text=to_json(shown))], structured_content=shown)

    def _unknown(self, name: str) -> InvalidRequestError:
        near = difflib.get_close_matches(name, self._tools, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return InvalidRequestError(
            f"there is no tool {clean(name, 64)!r}.{hint} Tools served here: {', '.join(self._tools)}."
        )
