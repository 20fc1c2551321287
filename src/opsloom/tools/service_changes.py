"""Restarting, scaling and syncing what runs."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.writers import ServiceOperator
from opsloom.approval.proposal import Proposal
from opsloom.model.changes import RestartService, ScaleService, SyncService
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import REPLICAS_MAX
from opsloom.tools.choosing import At, instance_for
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import change_tool


class ServiceAction(StrEnum):
    """What is done to a service."""

    RESTART = "restart"
    SCALE = "scale"
    SYNC = "sync"


@change_tool(ServiceOperator, title="Restart, scale or sync a service", destructive=True, idempotent=False)
async def operate_service(
    context: ToolContext,
    service: Annotated[str, Field(description="service name", min_length=1, max_length=200)],
    operation: Annotated[ServiceAction, Field(description="sync: to what its source declares")],
    replicas: Annotated[int | None, Field(description="for scale", ge=0, le=REPLICAS_MAX)] = None,
    environment: Annotated[str | None, Field(description="such as prod", max_length=100)] = None,
    instance: At = None,
) -> Proposal:
    """Restart a service, change how many processes it runs, or sync it with its source."""
    name = instance_for(context, ServiceOperator, instance)
    if (operation is ServiceAction.SCALE) != (replicas is not None):
        raise InvalidRequestError("replicas is for operation=scale, which needs it")
    if replicas is not None:
        return Proposal(ScaleService(service=service, replicas=replicas, environment=environment), name, environment)
    kind = RestartService if operation is ServiceAction.RESTART else SyncService
    return Proposal(kind(service=service, environment=environment), name, environment)
