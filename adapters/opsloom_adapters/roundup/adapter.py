"""The Roundup adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import TicketReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.writers import TicketWriter
from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, TicketChange
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.roundup.config import RoundupConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.roundup.client import RoundupClient


class RoundupAdapter:
    """Reads and writes the issues of one Roundup tracker."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="roundup",
        title="Roundup issue tracker",
        config=RoundupConfig,
        capabilities=frozenset({TicketReader, TicketWriter}),
        documentation="https://www.roundup-tracker.org/docs/rest.html",
        scopes=(
            Scope("Rest Access", "to use the REST API at all"),
            Scope("View and Search on issue", "to read and filter tickets"),
            Scope("View on status, priority and user", "to read the names that tickets link to"),
            Scope("View on msg", "to read the first message of a ticket, its description"),
            Scope("Create on msg", "to write a comment or the description of a new ticket", writes=True),
            Scope("Create on issue", "to create tickets", writes=True),
            Scope("Edit on issue", "to comment on tickets, and to change their status and assignee", writes=True),
        ),
        credential_url="https://www.roundup-tracker.org/docs/user_guide.html",
        asks=("base_url", "username", "password", "write_username", "write_password"),
    )

    def __init__(self, client: "RoundupClient", config: RoundupConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.roundup.client import RoundupClient

        config = site.config_as(RoundupConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(RoundupClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_tickets(self, query: TicketQuery, call: Call) -> Page[Ticket]:
        from opsloom_adapters.roundup.tickets import search_tickets

        return await search_tickets(self._client, self._config, query, call)

    async def get_ticket(self, native_id: str, call: Call) -> Ticket:
        from opsloom_adapters.roundup.tickets import get_ticket

        return await get_ticket(self._client, self._config, native_id, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        from opsloom_adapters.roundup.ticket_changes import plan_ticket

        return await plan_ticket(self._client, self._config, change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.roundup.ticket_changes import apply_ticket

        return await apply_ticket(self._client, self._config, order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.roundup.ticket_changes import observe_ticket

        return await observe_ticket(self._client, self._config, order, call)
