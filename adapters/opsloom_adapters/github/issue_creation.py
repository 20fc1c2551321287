"""A new issue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.changes import ChangePlan, CreateTicket, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.github import listings, wire
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.config import GithubConfig
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.repositories import Estate
from opsloom_adapters.github.texts import marker_of, mention_effects, one_line, signed
from opsloom_adapters.github.ticket_records import IssueKey
from opsloom_adapters.github.writer import GithubWriter

_LOOKED_BACK = timedelta(days=7)
_OTHERS_RULES = "Who watches the repository and is notified, and what its own automation does with a new issue."


@dataclass(frozen=True)
class IssueCreation:
    """Plans, makes and finds new issues."""

    reader: GithubReader
    writer: GithubWriter
    config: GithubConfig
    estate: Estate

    async def plan(self, change: CreateTicket, call: Call) -> ChangePlan:
        """What a new issue would hold; taken back by closing it.

        :raises InvalidRequestError: there is no title, or no repository for it.
        :raises UnsupportedError: it is to have a priority, of which GitHub has none.
        """
        if change.priority:
            raise UnsupportedError("GitHub's issues have no priority; say in the description how urgent it is")
        title = one_line(change.title)
        if not title:
            raise InvalidRequestError("title is empty; say in one line what is wrong")
        repository = self._repository_for(change)
        links = Links(self.config)
        await self.reader.repository(call, repository)
        return ChangePlan(
            change=change.model_copy(update={"title": title}),
            summary=f"Open an issue in {repository}: {title}",
            targets=(repository,),
            services=(change.service,) if change.service else (),
            observed=(("repository", repository),),
            effects=(
                Effect(what=f"issue in {repository}", before="", after=title),
                Effect(what="its text", before="", after=change.description or "who asked for it and who approved it"),
                *self._label_effects(change, repository),
                *mention_effects(f"{title}\n{change.description}"),
            ),
            inverse=UpdateTicket(ticket="", status=TicketStatus.CLOSED),
            not_inspected=(_OTHERS_RULES,),
            link=links.issues(repository),
        )

    async def apply(self, order: Order, change: CreateTicket, call: Call) -> Receipt:
        repository = self._repository_for(change)
        body: dict[str, JsonValue] = {"title": change.title, "body": signed(change.description, order)}
        if labels := self._label_effects(change, repository):
            body["labels"] = [label.after for label in labels]
        page = Links(self.config).issues(repository)
        return self._receipt(repository, (await self.writer.create_issue(call, repository, body, link=page)).number)

    async def observe(self, order: Order, change: CreateTicket, call: Call) -> Observation:
        """Look for the order's marker among the issues of the last days."""
        repository = self._repository_for(change)
        found, complete = await self._marked(repository, marker_of(order), call.now - _LOOKED_BACK, call)
        if found is None:
            return Observation(sight=Sight.ABSENT if complete else Sight.UNOBSERVABLE)
        receipt = self._receipt(repository, found.number)
        state = (("ticket", receipt.native_id), ("title", found.title), ("state", found.state))
        return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)

    async def _marked(
        self, repository: str, marker: str, since: datetime, call: Call
    ) -> tuple[wire.Issue | None, bool]:
        listing = listings.new_issues(repository, Links(self.config))

        async def fetch(number: int) -> Fetched[wire.Issue, int]:
            page = await self.reader.page(call, listing, number)
            past = bool(page.rows) and page.rows[-1].created_at < since
            return Fetched(page.rows, None if past else page.next)

        found = await read_pages(fetch, 1, limit=1, wanted=lambda one: marker in one.body)
        return (found.rows[0] if found.rows else None), found.complete

    def _repository_for(self, change: CreateTicket) -> str:
        if self.config.ticket_repository:
            return self.config.ticket_repository
        if change.service is not None:
            return self.estate.place_of(change.service).repository
        if len(self.estate.repositories) == 1:
            return self.estate.repositories[0]
        services = ", ".join(sorted(self.estate.services))
        raise InvalidRequestError(f"service must say in which repository the issue is opened: {services}")

    def _label_effects(self, change: CreateTicket, repository: str) -> tuple[Effect, ...]:
        """A label tells the service where the repository does not."""
        if change.service is None or self.estate.only_service_of(repository) == change.service:
            return ()
        return (Effect(what="its label", before="", after=f"{self.config.service_label}{one_line(change.service)}"),)

    def _receipt(self, repository: str, number: int) -> Receipt:
        key = str(IssueKey(repository, number))
        inverse = UpdateTicket(ticket=key, status=TicketStatus.CLOSED)
        return Receipt(native_id=key, link=Links(self.config).issue(repository, number), inverse=inverse)
