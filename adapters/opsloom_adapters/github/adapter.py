"""The GitHub adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import DeployReader, OwnershipReader, TicketReader
from opsloom.adapter_api.http import HttpClient, open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.rate_limit import RateLimitHeaders, ResetForm
from opsloom.adapter_api.writers import DeployRoller, TicketWriter
from opsloom.model.changes import ChangePlan, ChangeRevision, Observation, Order, Receipt, TicketChange
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.github.config import GithubConfig


class GithubAdapter:
    """Reads and changes what the configured repositories of one GitHub hold."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="github",
        title="GitHub",
        config=GithubConfig,
        capabilities=frozenset({DeployReader, TicketReader, OwnershipReader, DeployRoller, TicketWriter}),
        documentation="https://docs.github.com/en/rest",
        credential_url="https://github.com/settings/personal-access-tokens/new",
        asks=("repositories", "token", "write_token"),
        rate_limit=RateLimitHeaders(
            limit="x-ratelimit-limit",
            remaining="x-ratelimit-remaining",
            reset="x-ratelimit-reset",
            reset_form=ResetForm.UNIX_SECONDS,
            refused_with=frozenset({403}),
        ),
        scopes=(
            Scope("Metadata: read", "to see the repositories"),
            Scope("Contents: read", "to read commits, differences, releases and CODEOWNERS"),
            Scope("Deployments: read", "to read deployments and their statuses"),
            Scope("Issues: read", "to read issues and comments"),
            Scope("Actions: read", "to find the run of rollback_workflow, where that is set"),
            Scope("Deployments: write", "to roll back by a deployment", writes=True),
            Scope("Actions: write", "to roll back by a run of rollback_workflow", writes=True),
            Scope("Issues: write", "to open, comment, close and assign issues", writes=True),
        ),
    )

    def __init__(self, http: HttpClient, config: GithubConfig) -> None:
        from opsloom_adapters.github.client import GithubReader
        from opsloom_adapters.github.deploys import DeploySearch
        from opsloom_adapters.github.issue_creation import IssueCreation
        from opsloom_adapters.github.issue_update import IssueUpdate
        from opsloom_adapters.github.links import Links
        from opsloom_adapters.github.ownership import OwnershipSearch
        from opsloom_adapters.github.repositories import Estate
        from opsloom_adapters.github.rollbacks import Rollbacks
        from opsloom_adapters.github.ticket_changes import TicketChanges
        from opsloom_adapters.github.tickets import TicketSearch
        from opsloom_adapters.github.writer import GithubWriter

        self._estate = Estate(config)
        self._links = Links(config)
        self._reader = GithubReader(http)
        writer = GithubWriter(http)
        self._deploys = DeploySearch(self._reader, config, self._estate)
        self._tickets = TicketSearch(self._reader, config, self._estate)
        self._owners = OwnershipSearch(self._reader, self._links, self._estate)
        self._rollbacks = Rollbacks(self._reader, writer, config, self._estate)
        parts = (self._reader, writer, config, self._estate)
        self._ticket_changes = TicketChanges(IssueCreation(*parts), IssueUpdate(*parts))

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        async with open_http(site, cls.manifest) as http:
            yield cls(http, site.config_as(GithubConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._reader.probe(call, self._estate.repositories[0])

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        from opsloom_adapters.github.permissions import granted

        has = await self._reader.scopes_for_changes(call)
        return tuple(Permission(one.name, granted(one.name, has)) for one in self.manifest.scopes if one.writes)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        return await self._deploys.search(query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.github.deploy_records import get_deploy

        return await get_deploy(self._reader, self._links, self._estate, native_id, call)

    async def search_tickets(self, query: TicketQuery, call: Call) -> Page[Ticket]:
        return await self._tickets.search(query, call)

    async def get_ticket(self, native_id: str, call: Call) -> Ticket:
        return await self._tickets.get(native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        return await self._owners.search_services(query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        return await self._owners.get_ownership(query, call)

    async def plan_rollback(self, change: ChangeRevision, call: Call) -> ChangePlan:
        return await self._rollbacks.plan(change, call)

    async def apply_rollback(self, order: Order, call: Call) -> Receipt:
        return await self._rollbacks.apply(order, call)

    async def observe_rollback(self, order: Order, call: Call) -> Observation:
        return await self._rollbacks.observe(order, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        return await self._ticket_changes.plan(change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        return await self._ticket_changes.apply(order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        return await self._ticket_changes.observe(order, call)
