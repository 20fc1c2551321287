"""How services stand against what was promised of them."""

from opsloom.adapter_api.capabilities import SloReader
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.slo import SloQuery, SloStatus
from opsloom.providers.operations import SEARCH_SLOS
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import Limit, Service, Text
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import tool
from opsloom.tools.standing import list_standing

COLUMNS = (
    "slo", "service", "objective", "window_days", "measured", "budget_left", "status", "link", "source",
)  # fmt: skip
_NOT_TOLD = 2.0
_DAY_SECONDS = 86_400


@tool(SloReader, title="Search SLOs")
async def search_slos(
    context: ToolContext, query: Text = None, service: Service = None, limit: Limit = ROWS_DEFAULT
) -> Answer:
    """Service level objectives, the least error budget left (a share; below 0: overspent) first."""
    asked = SloQuery(at=context.now, service=service, text=query, limit=limit)
    return await list_standing(context, SEARCH_SLOS, asked, limit, COLUMNS, _worst_first, _cells)


def _worst_first(instance: str, slo: SloStatus) -> tuple[float, str, str]:
    return _NOT_TOLD if slo.budget_left is None else slo.budget_left, slo.name, instance


def _cells(instance: str, slo: SloStatus) -> list[Cell]:
    days = round(slo.window_seconds / _DAY_SECONDS, 2)
    return [
        slo.title or slo.name,
        slo.service,
        slo.objective,
        days,
        slo.measured,
        slo.budget_left,
        slo.status_raw,
        slo.link,
        instance,
    ]
