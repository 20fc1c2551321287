"""The Jira adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import TicketReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.rate_limit import RateLimitHeaders
from opsloom.adapter_api.writers import TicketWriter
from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, TicketChange
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.jira.config import JiraConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.jira.client import JiraClient


class JiraAdapter:
    """Reads and writes the issues of one Jira Cloud site."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="jira",
        title="Jira Cloud",
        config=JiraConfig,
        capabilities=frozenset({TicketReader, TicketWriter}),
        documentation="https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/",
        scopes=(
            Scope("read:jira-work", "to read issues, comments, projects and priorities"),
            Scope("read:jira-user", "to check the credential, and to find whom to assign"),
            Scope("Browse Projects", "to see the issues of a project"),
            Scope("write:jira-work", "to change issues at all", writes=True),
            Scope("read:jira-work", "to ask Jira what the credential for changes may do", writes=True),
            Scope("Create Issues", "to create tickets", writes=True),
            Scope("Add Comments", "to comment on tickets", writes=True),
            Scope("Transition Issues", "to set the status of tickets", writes=True),
            Scope("Assign Issues", "to set the assignee of tickets", writes=True),
            Scope("Edit Issues", "to comment on and assign a ticket in one request", writes=True),
            Scope("Link Issues", "to link tickets to addresses", writes=True),
        ),
        credential_url="https://id.atlassian.com/manage-profile/security/api-tokens",
        asks=("base_url", "username", "password", "write_username", "write_password"),
        rate_limit=RateLimitHeaders(limit="x-ratelimit-limit", remaining="x-ratelimit-remaining"),
    )

    def __init__(self, client: "JiraClient", config: JiraConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.jira.client import JiraClient

        config = site.config_as(JiraConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(JiraClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        from opsloom_adapters.jira.permissions import check_writing

        return await check_writing(self._client, self._config, call)

    async def search_tickets(self, query: TicketQuery, call: Call) -> Page[Ticket]:
        from opsloom_adapters.jira.tickets import search_tickets

        return await search_tickets(self._client, self._config, query, call)

    async def get_ticket(self, native_id: str, call: Call) -> Ticket:
        from opsloom_adapters.jira.tickets import get_ticket

        return await get_ticket(self._client, self._config, native_id, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        from opsloom_adapters.jira.ticket_changes import plan_ticket

        return await plan_ticket(self._client, self._config, change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.jira.ticket_changes import apply_ticket

        return await apply_ticket(self._client, self._config, order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.jira.ticket_changes import observe_ticket

        return await observe_ticket(self._client, self._config, order, call)
