"""What changed."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import DeployReader
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.window import format_time
from opsloom.providers.operations import SEARCH_DEPLOYS
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import After, Limit, Service, Since, Until
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import SortKey
from opsloom.tools.listing import Listing, Span, search
from opsloom.tools.registry import tool

COLUMNS = ("ref", "kind", "at", "service", "environment", "version", "previous", "author", "title", "link")
DEPLOY_WINDOW_SECONDS = 24 * 3_600
# A repository has far more commits than deploys, and what is not deployed changes nothing.
DEPLOYED = frozenset(ChangeKind) - {ChangeKind.COMMIT}


class KindFilter(StrEnum):
    """Which changes; ``any`` leaves out commits, ``all`` has them too."""

    ANY = "any"
    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    CONFIG = "config"
    FLAG = "flag"
    COMMIT = "commit"
    ALL = "all"

    @property
    def kinds(self) -> frozenset[ChangeKind]:
        """The kinds meant; empty for all."""
        if self is KindFilter.ALL:
            return frozenset()
        return DEPLOYED if self is KindFilter.ANY else frozenset({ChangeKind(self.value)})


@tool(DeployReader, title="Search deploys and other changes")
async def search_deploys(
    context: ToolContext,
    service: Service = None,
    environment: Annotated[str | None, Field(description="such as production", max_length=100)] = None,
    kind: Annotated[KindFilter, Field(description="any: all but commits")] = KindFilter.ANY,
    since: Since = None,
    until: Until = None,
    limit: Limit = ROWS_DEFAULT,
    cursor: After = None,
) -> Answer:
    """What changed: deploys, rollbacks, config and flag changes (default -24h), newest first.
    get_record has the diff.
    """
    listing = Listing(
        operation=SEARCH_DEPLOYS,
        columns=COLUMNS,
        query=lambda window, rows: DeployQuery(
            window=window, service=service, environment=environment, kinds=kind.kinds, limit=rows
        ),
        key=deploy_key,
        cells=deploy_cells,
    )
    span = Span(since, until, limit, cursor, DEPLOY_WINDOW_SECONDS)
    return await search(context, listing, span, {"deploys": [service, environment, kind]})


def deploy_key(_instance: str, deploy: Deploy) -> SortKey:
    """Newest first."""
    return (-deploy.at.timestamp(), str(deploy.ref))


def deploy_cells(_instance: str, deploy: Deploy) -> list[Cell]:
    """One row."""
    return [
        str(deploy.ref),
        deploy.kind,
        format_time(deploy.at),
        deploy.service,
        deploy.environment,
        deploy.version,
        deploy.previous_version,
        deploy.author,
        deploy.title,
        deploy.link,
    ]
