"""Rolling back."""

from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.writers import DeployRoller
from opsloom.approval.proposal import Proposal
from opsloom.model.changes import ChangeRevision
from opsloom.tools.choosing import At, instance_for
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import change_tool


@change_tool(DeployRoller, title="Roll a deploy back", destructive=True, idempotent=True)
async def rollback_deploy(
    context: ToolContext,
    service: Annotated[str, Field(description="service name", min_length=1, max_length=200)],
    version: Annotated[str | None, Field(description="default: the last good one", max_length=200)] = None,
    environment: Annotated[str | None, Field(description="such as prod", max_length=100)] = None,
    instance: At = None,
) -> Proposal:
    """Have a service run an earlier version again; looks whether alerts and metrics recover."""
    change = ChangeRevision(service=service, environment=environment, revision=version)
    return Proposal(change, instance_for(context, DeployRoller, instance), environment)
