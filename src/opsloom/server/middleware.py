"""The outermost layer: no call touches anything before its receipt is durable, and none ends unrecorded.

The SDK marks middleware as provisional in 2.x, so all that depends on it is in this module. Inserted at index 0
it also sees bad arguments, unknown tools and cancellations.
"""

import time
from collections.abc import Mapping

import anyio
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from opsloom.server.call_record import CURRENT_CALL, CallRecord
from opsloom.server.caller import actor_of
from opsloom.server.runtime import Runtime
from opsloom.tools.registry import ToolSpec

LOGGED_METHODS = {"tools/call": "name", "resources/read": "uri", "prompts/get": "name", "completion/complete": "ref"}


class AuditMiddleware:
    """Writes ``call.received`` before and ``call.finished`` after every call that reads or changes anything."""

    def __init__(self, tools: Mapping[str, ToolSpec]) -> None:
        self._tools = tools

    async def __call__(self, context: ServerRequestContext[Runtime], call_next: CallNext) -> HandlerResult:
        if context.method not in LOGGED_METHODS or context.request_id is None:
            return await call_next(context)
        runtime = context.lifespan_context
        started = time.perf_counter()
        record = CallRecord(ident=runtime.log.new_call_id(), actor=actor_of(context))
        await self._received(context, runtime, record)
        token = CURRENT_CALL.set(record)
        try:
            return await call_next(context)
        except anyio.get_cancelled_exc_class():
            record.status = "cancelled"
            raise
        except Exception as error:  # recorded here, answered by the SDK
            record.status = "error" if record.status == "ok" else record.status
            record.error = record.error or type(error).__name__
            raise
        finally:
            CURRENT_CALL.reset(token)
            with anyio.CancelScope(shield=True):
                await self._finished(runtime, record, started)
