"""The outermost layer: no call touches anything before its receipt is durable, and none ends unrecorded.

The SDK marks middleware as provisional in 2.x, so all that depends on it is in this module. Inserted at index 0 it also
sees bad arguments, unknown tools and cancellations.
"""

import time
from collections.abc import Mapping
from typing import Any

import anyio
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from opsloom.audit.canonical import Json, canonical_json, digest_of
from opsloom.audit.record import CallStatus, Kind, Record, finished, new_id, received
from opsloom.evidence.provider_text import clean
from opsloom.model.limits import ARGUMENTS_MAX_BYTES, TARGET_CHARS
from opsloom.server.call_record import CURRENT_CALL, CallRecord
from opsloom.server.caller import actor_of
from opsloom.server.runtime import Runtime
from opsloom.tools.registry import ToolSpec

LOGGED_METHODS = frozenset({"tools/call", "resources/read", "prompts/get", "completion/complete"})


class AuditMiddleware:
    """Writes ``call.received`` before and ``call.finished`` after every call that reads or changes anything."""

    def __init__(self, tools: Mapping[str, ToolSpec]) -> None:
        self._tools = tools

    async def __call__(self, ctx: ServerRequestContext[Runtime, Any], call_next: CallNext) -> HandlerResult:
        """Log around ``call_next``; lists, pings and handshakes pass unlogged."""
        if ctx.method not in LOGGED_METHODS or ctx.request_id is None:
            return await call_next(ctx)
        runtime = ctx.lifespan_context
        started = time.perf_counter()
        call = CallRecord(ident=new_id(), actor=actor_of(ctx))
        call.degraded = (await runtime.log.append(self._received(ctx, runtime, call))).spilled
        token = CURRENT_CALL.set(call)
        try:
            return await call_next(ctx)
        except anyio.get_cancelled_exc_class():
            call.status = CallStatus.CANCELLED
            raise
        except Exception as error:  # recorded here, answered by the SDK
            call.status = CallStatus.ERROR if call.status is CallStatus.OK else call.status
            call.error = call.error or type(error).__name__
            raise
        finally:
            CURRENT_CALL.reset(token)
            with anyio.CancelScope(shield=True):
                await _finish(runtime, call, round((time.perf_counter() - started) * 1000))

    def _received(self, context: ServerRequestContext[Runtime], runtime: Runtime, call: CallRecord) -> Record:
        params = context.params or {}
        target, arguments = _target(params), params.get("arguments") or params.get("argument") or {}
        spec = self._tools.get(target) if context.method == "tools/call" else None
        meta = params.get("_meta") or {}
        return received(
            call=call.ident,
            actor=call.actor,
            method=context.method,
            target=runtime.safe(target, TARGET_CHARS),
            protocol=context.protocol_version,
            arguments=_shown(runtime.redactor.redact_value(arguments)),
            arguments_digest=digest_of(arguments),
            tool_digest=spec.digest if spec else None,
            trace=clean(str(meta["traceparent"]), TARGET_CHARS) if "traceparent" in meta else None,
        )


def _target(params: Mapping[str, Any]) -> str:
    """The tool, prompt or resource that is asked for."""
    reference = params.get("ref") or {}
    return str(params.get("name") or params.get("uri") or reference.get("name") or reference.get("uri") or "")


def _shown(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as they are logged; a monstrous set only by its size, its digest is there anyway."""
    size = len(canonical_json(arguments))
    return arguments if size <= ARGUMENTS_MAX_BYTES else {"omitted_characters": size}


async def _finish(runtime: Runtime, call: CallRecord, duration_ms: int) -> None:
    """Write the end, and what the call gathered, into the same group commit."""
    async with anyio.create_task_group() as tasks:
        if call.investigation and call.evidence:
            tasks.start_soon(runtime.remember_evidence, call)
        await runtime.log.append(_end(call, duration_ms))


def _end(call: CallRecord, duration_ms: int) -> Record:
    if call.status is CallStatus.CANCELLED:
        details: dict[str, Json] = {
            "duration_ms": duration_ms,
            "evidence": list(call.evidence),
            "investigation": call.investigation,
        }
        return Record(Kind.CALL_CANCELLED, call.actor, call.ident, details)
    return finished(
        call=call.ident,
        actor=call.actor,
        status=call.status,
        duration_ms=duration_ms,
        result_digest=call.result_digest,
        evidence=call.evidence,
        error=call.error,
        investigation=call.investigation,
        degraded=call.degraded,
    )
