"""DeployReader on GitHub: deployments, releases and commits of several repositories, merged by time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.limits import PROVIDER_ROWS_MAX, REVISIONS_NAMED_MAX
from opsloom.model.page import Page
from opsloom.model.window import Window, format_time
from opsloom_adapters.github import listings, wire
from opsloom_adapters.github.client import PER_PAGE_MAX, GithubReader
from opsloom_adapters.github.config import GithubConfig
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import deploy_of_commit, deploy_of_deployment, deploy_of_release, with_status
from opsloom_adapters.github.repositories import Estate, Place, ask_all, ask_each

_STATUSES_MAX = 30  # of one answer: each is a request
_DEPLOYED = frozenset({ChangeKind.DEPLOY, ChangeKind.ROLLBACK})


@dataclass(frozen=True)
class _Found:
    """Deploys, newest first; ``complete`` if there are no more of them."""

    rows: tuple[Deploy, ...]
    complete: bool


class DeploySearch:
    """Searches the deploys of one GitHub."""

    def __init__(self, reader: GithubReader, config: GithubConfig, estate: Estate) -> None:
        self._reader = reader
        self._config = config
        self._estate = estate
        self._links = Links(config)

    async def search(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        """The newest deploys of ``query``. An unknown service has none."""
        places = self._places_of(query.service)
        said = f"deployments and commits of {', '.join(places) or 'no repository'}{_within(query.window)}"
        if not places:
            known = ", ".join(sorted(self._estate.services)[:REVISIONS_NAMED_MAX])
            return Page(rows=(), total=0, query=said, notes=(f"no repository has this service; known: {known}",))
        answers = await ask_each(places, lambda name: self._search_in(places[name], query, call))
        merged = sorted(
            (row for found in answers.given.values() for row in found.rows), key=lambda row: row.at, reverse=True
        )
        rows = merged[: query.limit]
        whole = not answers.notes and all(found.complete for found in answers.given.values())
        only = next(iter(places)) if len(places) == 1 else None
        return Page(
            rows=tuple(await self._with_statuses(rows, call)),
            complete=whole and len(merged) <= query.limit,
            query=said,
            link=self._links.deployments(only, query.environment) if only else None,
            notes=(*answers.notes, *_gaps(answers.given, query), *_notes(rows)),
        )

    def _places_of(self, service: str | None) -> dict[str, Place]:
        if service is None:
            return {repository: Place(repository) for repository in self._estate.repositories}
        place = self._estate.services.get(service)
        return {} if place is None else {place.repository: place}

    async def _search_in(self, place: Place, query: DeployQuery, call: Call) -> _Found:
        found = []
        if not query.kinds or query.kinds & _DEPLOYED:
            found.append(await self._deployments(place.repository, query, call))
            if self._config.releases:
                found.append(await self._releases(place.repository, query, call))
        if not query.kinds or ChangeKind.COMMIT in query.kinds:
            found.append(await self._commits(place, query, call))
        return _Found(tuple(row for each in found for row in each.rows), all(each.complete for each in found))

    async def _deployments(self, repository: str, query: DeployQuery, call: Call) -> _Found:
        """They cannot be asked for a time: they are read back to the window's start."""
        listing = listings.deployments(repository, query.environment, self._links, window=query.window)
        service = self._estate.only_service_of(repository)
        as_deploy = partial(
            deploy_of_deployment, repository=repository, service=service, links=self._links, instance=call.instance
        )

        async def fetch(number: int) -> Fetched[wire.Deployment, int]:
            page = await self._reader.page(call, listing, number)
            past = bool(page.rows) and page.rows[-1].created_at < query.window.start
            return Fetched(page.rows, None if past else page.next)

        def wanted(one: wire.Deployment) -> bool:
            counts = not self._config.environments or one.environment in self._config.environments
            return counts and query.matches(as_deploy(one))

        found = await read_pages(fetch, 1, limit=_limit(query), wanted=wanted)
        return _Found(tuple(map(as_deploy, found.rows)), found.complete)

    async def _releases(self, repository: str, query: DeployQuery, call: Call) -> _Found:
        listing = listings.releases(repository, query.window, self._links)
        service = self._estate.only_service_of(repository)

        def as_deploy(one: wire.Release) -> Deploy | None:
            return deploy_of_release(one, repository, service, self._links, call.instance)

        def wanted(one: wire.Release) -> bool:
            deploy = as_deploy(one)
            return deploy is not None and query.matches(deploy)

        async def fetch(number: int) -> Fetched[wire.Release, int]:
            page = await self._reader.page(call, listing, number)
            published = page.rows[-1].published_at if page.rows else None
            past = published is not None and published < query.window.start
            return Fetched(page.rows, None if past else page.next)

        found = await read_pages(fetch, 1, limit=_limit(query), wanted=wanted)
        rows = (as_deploy(one) for one in found.rows)
        return _Found(tuple(row for row in rows if row is not None), found.complete)

    async def _commits(self, place: Place, query: DeployQuery, call: Call) -> _Found:
        """Those that touch the folder of the service that was asked for are its own."""
        listing = listings.commits(place, query.window, self._links, per_page=min(_limit(query), PER_PAGE_MAX))
        service = query.service if place.folder else self._estate.only_service_of(place.repository)
        as_deploy = partial(
            deploy_of_commit, repository=place.repository, service=service, links=self._links, instance=call.instance
        )
        found = await read_pages(
            partial(self._reader.page, call, listing),
            1,
            limit=_limit(query),
            wanted=lambda one: query.matches(as_deploy(one)),
        )
        return _Found(tuple(map(as_deploy, found.rows)), found.complete)

    async def _with_statuses(self, rows: Iterable[Deploy], call: Call) -> list[Deploy]:
        found = list(rows)
        numbers = {row.ref: place for row in found if (place := _deployment_in(row)) is not None}
        asked = dict(list(numbers.items())[:_STATUSES_MAX])
        statuses = await ask_all(asked, lambda ref: self._reader.latest_status(call, *asked[ref]))
        return [with_status(row, statuses.get(row.ref)) for row in found]


def _deployment_in(row: Deploy) -> tuple[str, int] | None:
    """Repository and number, ``None`` of what is no deployment."""
    repository, _, number = row.ref.native_id.partition("/deployments/")
    return (repository, int(number)) if number else None


def _limit(query: DeployQuery) -> int:
    return min(query.limit, PROVIDER_ROWS_MAX)


def _within(window: Window) -> str:
    return f" since {format_time(window.start)} until {format_time(window.end)}"


def _gaps(given: Mapping[str, _Found], query: DeployQuery) -> list[str]:
    """Fewer than asked for and yet not all: the reading had an end."""
    cut = (name for name, found in given.items() if not found.complete and len(found.rows) < query.limit)
    return [f"{name}: only the newest {PROVIDER_ROWS_MAX} were looked through" for name in cut]


def _notes(rows: Iterable[Deploy]) -> tuple[str, ...]:
    deployments = sum(_deployment_in(row) is not None for row in rows)
    if deployments <= _STATUSES_MAX:
        return ()
    return (f"of {deployments} deployments only the newest {_STATUSES_MAX} were asked for their status",)
