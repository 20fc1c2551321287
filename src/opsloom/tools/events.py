"""Putting something on the time axis for others to see."""

from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.writers import EventRecorder
from opsloom.approval.proposal import Proposal
from opsloom.model.changes import RecordEvent
from opsloom.model.limits import COMMENT_CHARS
from opsloom.model.refs import RefKind
from opsloom.tools.arguments import Service
from opsloom.tools.choosing import At, instance_for
from opsloom.tools.context import ToolContext
from opsloom.tools.records import ref_of_kind
from opsloom.tools.registry import change_tool

_TAGS_MAX = 20


@change_tool(EventRecorder, title="Record an event", destructive=False, idempotent=False)
async def record_event(
    context: ToolContext,
    title: Annotated[str, Field(description="one line", min_length=1, max_length=200)],
    text: Annotated[str, Field(description="text", max_length=COMMENT_CHARS)] = "",
    service: Service = None,
    incident: Annotated[str | None, Field(description="ref: on its timeline", max_length=1_000)] = None,
    tags: Annotated[list[str] | None, Field(description="key:value", max_length=_TAGS_MAX)] = None,
    instance: At = None,
) -> Proposal:
    """Put an annotation on dashboards, or an entry on an incident's timeline, for now."""
    ref = None if incident is None else ref_of_kind(incident, RefKind.INCIDENT, "incident")
    change = RecordEvent(
        title=title, text=text, service=service, incident=ref and ref.native_id, tags=tuple(tags or ())
    )
    return Proposal(change, instance_for(context, EventRecorder, ref.instance if ref else instance))
