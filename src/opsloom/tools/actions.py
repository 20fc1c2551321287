"""What became of an action."""

from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.writers import WRITERS
from opsloom.approval.action import shown_code
from opsloom.approval.progress import ActionView
from opsloom.approval.state import State
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.tools.action_answer import ActionAnswer
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import tool


@tool(*WRITERS, title="Action status", read_only=False, acts=True)
async def action_status(
    context: ToolContext,
    action: Annotated[str, Field(description="id or code", max_length=64)],
    cancel: Annotated[bool, Field(description="withdraw it")] = False,
    undo: Annotated[bool, Field(description="plan its inverse")] = False,
) -> ActionAnswer:
    """How a change stands; runs it if it is approved and has not run."""
    if context.approvals is None:
        raise UnsupportedError("this server was started read only: it has no actions")
    if cancel and undo:
        raise InvalidRequestError("give either cancel or undo")
    view = await context.approvals.ledger.get(action)
    if cancel:
        return ActionAnswer(await _cancelled(context, view))
    if undo:
        undone = await context.approvals.propose_undo(view, f"undo {shown_code(view.action.code)}", context.by)
        return ActionAnswer(undone, ("this is a new action; it needs an approval of its own",))
    return ActionAnswer(await context.approvals.take_on(view, context.by))


async def _cancelled(context: ToolContext, view: ActionView) -> ActionView:
    if context.approvals is None or view.action.requester != context.author:
        raise InvalidRequestError("only its own requester can withdraw an action; a person can deny or revoke it")
    return await context.approvals.ledger.stop(
        view.action.id, State.CANCELLED, "withdrawn by the requester", context.by
    )
