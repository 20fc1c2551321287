"""Actions as resources, and notices when they change."""

from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.types import EmptyResult, SubscribeRequestParams, UnsubscribeRequestParams

from opsloom.approval.action import shown_code
from opsloom.approval.approvals import Approvals
from opsloom.approval.wording import how_to_approve
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import CELL_CHARS
from opsloom.model.window import format_time
from opsloom.server.call_record import CallRecord
from opsloom.server.runtime import Runtime
from opsloom.tools.action_answer import ActionAnswer


async def read_action(runtime: Runtime, record: CallRecord, key: str) -> dict[str, Any]:
    """One action as it stands; reading it runs nothing."""
    view = await _approvals(runtime).ledger.get(key)
    record.investigation = view.action.investigation
    return runtime.shown_action(ActionAnswer(view), record)


async def read_pending(runtime: Runtime) -> dict[str, Any]:
    """The actions that wait for a person, oldest first."""
    waiting = await _approvals(runtime).ledger.waiting()
    return {
        "pending": [
            {
                "action": view.action.id,
                "code": shown_code(view.action.code),
                "state": view.state,
                "tool": view.action.tool,
                "risk": view.action.requirement.risk,
                "summary": runtime.safe(view.action.plan.summary, CELL_CHARS),
                "requester": runtime.safe(view.action.requester, CELL_CHARS),
                "expires_at": format_time(view.action.approve_by),
                "approve_with": how_to_approve(view),
            }
            for view in waiting
        ]
    }


def _approvals(runtime: Runtime) -> Approvals:
    """Of a server that has them: an empty list of a read-only one would be read as "nothing waits"."""
    if runtime.approvals is None:
        raise NotFoundError("this server was started read only: it has no actions")
    return runtime.approvals


async def subscribe(context: ServerRequestContext[Runtime], params: SubscribeRequestParams) -> EmptyResult:
    """Tell this client of each change of a resource; only actions and the list of pending ones ever change."""
    listener = context.session.send_resource_updated
    context.lifespan_context.changes.subscribe(str(params.uri), _connection_of(context), listener)
    return EmptyResult()


async def unsubscribe(context: ServerRequestContext[Runtime], params: UnsubscribeRequestParams) -> EmptyResult:
    """The opposite of :func:`subscribe`."""
    context.lifespan_context.changes.unsubscribe(str(params.uri), _connection_of(context))
    return EmptyResult()


def _connection_of(context: ServerRequestContext[Runtime]) -> int:
    """The SDK makes a session for each request; what the client said in its handshake is one object a connection."""
    return id(context.session.client_params)
