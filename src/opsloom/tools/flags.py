"""Feature flags: which are on, where, and switching one."""

from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import FlagReader
from opsloom.adapter_api.writers import FlagToggler
from opsloom.approval.proposal import Proposal
from opsloom.model.changes import ToggleFlag
from opsloom.model.flags import FeatureFlag, FlagQuery
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.window import format_time
from opsloom.providers.operations import SEARCH_FLAGS
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import Limit, Text
from opsloom.tools.choosing import At, instance_for
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import change_tool, tool
from opsloom.tools.standing import list_standing

COLUMNS = ("flag", "enabled_in", "disabled_in", "type", "project", "stale", "changed_at", "link", "source")


@tool(FlagReader, title="Search feature flags")
async def search_flags(
    context: ToolContext,
    query: Text = None,
    environment: Annotated[str | None, Field(description="such as prod", max_length=100)] = None,
    limit: Limit = ROWS_DEFAULT,
) -> Answer:
    """Feature flags, by name: where each is on. Their changes are in search_deploys."""
    asked = FlagQuery(text=query, environment=environment, limit=limit)
    return await list_standing(context, SEARCH_FLAGS, asked, limit, COLUMNS, _by_name, _cells)


def _by_name(instance: str, flag: FeatureFlag) -> tuple[str, str]:
    return flag.name, instance


def _cells(instance: str, flag: FeatureFlag) -> list[Cell]:
    on = sorted(name for name, enabled in flag.enabled.items() if enabled)
    off = sorted(name for name, enabled in flag.enabled.items() if not enabled)
    changed = format_time(flag.changed_at) if flag.changed_at else None
    return [flag.name, on, off, flag.type_raw, flag.project, flag.stale, changed, flag.link, instance]


@change_tool(FlagToggler, title="Toggle a feature flag", destructive=True, idempotent=True)
async def toggle_flag(
    context: ToolContext,
    flag: Annotated[str, Field(description="its name", min_length=1, max_length=200)],
    environment: Annotated[str, Field(description="such as prod", min_length=1, max_length=100)],
    enabled: Annotated[bool, Field(description="on or off")],
    instance: At = None,
) -> Proposal:
    """Switch one feature flag on or off in one environment."""
    change = ToggleFlag(flag=flag, environment=environment, enabled=enabled)
    return Proposal(change, instance_for(context, FlagToggler, instance), environment)
