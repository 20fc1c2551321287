"""OwnershipReader on GitHub: CODEOWNERS, and the services of the settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.codeowners import CodeownersFile
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.codeowners_file import read_codeowners
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.repositories import Estate, Place, ask_each

_OWNED_MAX = 20  # repositories of one answer whose CODEOWNERS is read
_FILE_PAGE = re.compile(r"https?://[^/]+/([^/]+/[^/]+)/(?:blob|tree)/[^/]+/(.+)")


@dataclass(frozen=True)
class OwnershipSearch:
    """Who owns the paths and services of one GitHub."""

    reader: GithubReader
    links: Links
    estate: Estate

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        """The owners of a path, or of the folder of a service. An unknown service has none."""
        asked = self._asked(query)
        files = await ask_each(list(asked)[:_OWNED_MAX], lambda name: self._codeowners(name, call))
        rows = [self._owned(name, asked[name], query.service, file, call) for name, file in files.given.items()]
        unread = (
            () if len(asked) <= _OWNED_MAX else ("begin the path with owner/name/: not all repositories were read",)
        )
        return Page(
            rows=tuple(row for row in rows if row is not None),
            complete=not files.notes and not unread,
            query=f"CODEOWNERS of {', '.join(files.given) or 'no repository'} for {query.path or query.service}",
            link=self._link_of(asked, files.given),
            notes=(*files.notes, *unread, *_notes(files.given)),
        )

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        """The services of the settings, with the owners of the first ones' folders."""
        text = (query.text or "").casefold()
        names = sorted(name for name in self.estate.services if text in name.casefold())
        shown = names[: min(query.limit, PROVIDER_ROWS_MAX)]
        places = {name: self.estate.services[name] for name in shown}
        repositories = list(dict.fromkeys(place.repository for place in places.values()))
        files = await ask_each(repositories[:_OWNED_MAX], lambda name: self._codeowners(name, call))
        unread = len(repositories) - len(files.given)
        notes = [f"owners of {unread} repositories were not read: ask for a service"] if unread else []
        return Page(
            rows=tuple(
                self._service(name, place, files.given.get(place.repository), call) for name, place in places.items()
            ),
            total=len(names),
            complete=len(shown) == len(names) and not files.notes,
            query=f"services of the settings: {query.text}" if query.text else "services of the settings",
            notes=(*files.notes, *notes, *_notes(files.given)),
        )

    async def _codeowners(self, repository: str, call: Call) -> CodeownersFile:
        return await read_codeowners(self.reader, self.links, repository, call)

    def _asked(self, query: OwnershipQuery) -> dict[str, str]:
        """Repository -> path in it, as CODEOWNERS means paths. A path that names no repository may be in any."""
        if query.path is None:
            place = self.estate.services.get(query.service or "")
            return {} if place is None else {place.repository: _folder(place)}
        page = _FILE_PAGE.fullmatch(query.path)
        path = _relative(f"{page[1]}/{page[2]}" if page else query.path)
        for repository in self.estate.repositories:
            if path.startswith(f"{repository}/"):
                return {repository: path.removeprefix(f"{repository}/")}
        return dict.fromkeys(self.estate.repositories, path)

    def _owned(
        self, repository: str, path: str, service: str | None, file: CodeownersFile, call: Call
    ) -> Ownership | None:
        line = file.line_for(path)
        name = service or self.estate.service_at(repository, path)
        known = self._service(name, self.estate.services[name], file, call) if name else None
        if line is None:
            return Ownership(service=known, matched_by=f"{repository}: settings") if service else None
        return Ownership(
            service=known,
            teams=tuple(map(_team, line.owners)),
            matched_by=f"{repository} {file.place} line {line.line}: {line.pattern}",
        )

    def _service(self, name: str, place: Place, file: CodeownersFile | None, call: Call) -> Service:
        line = file.line_for(_folder(place)) if file else None
        page = self.links.repository(place.repository)
        return Service(
            ref=Ref(RefKind.SERVICE, call.instance, name),
            link=self.links.file(place.repository, place.folder) if place.folder else page,
            name=name,
            owner=_team(line.owners[0]).name if line and line.owners else None,
            repository=page,
        )

    def _link_of(self, asked: Mapping[str, str], files: Mapping[str, CodeownersFile]) -> str | None:
        """The deciding line, where one repository was asked."""
        if len(files) != 1:
            return None
        repository, file = next(iter(files.items()))
        line = file.line_for(asked[repository])
        return self.links.file(repository, file.place, line.line if line else None) if file.place else None


def _folder(place: Place) -> str:
    """As CODEOWNERS means folders; a service without one has the whole repository."""
    return f"{place.folder}/" if place.folder else ""


def _relative(path: str) -> str:
    pure = PurePosixPath(path.strip().lstrip("/"))
    if ".." in pure.parts or not path.isprintable() or not pure.parts:
        raise InvalidRequestError(
            "path must name a file, without .. and control characters; write it relative to its repository, such as "
            "services/payments/app.py, or as owner/name/services/payments/app.py"
        )
    return f"{pure}/" if path.endswith("/") else str(pure)


def _team(owner: str) -> Team:
    """``@org/team`` is the team's short name, as other sources call it; a person is a team of one."""
    _, slash, team = owner.partition("/")
    if owner.startswith("@") and slash:
        return Team(name=team, title=owner)
    return Team(name=owner, title=owner, members=(owner,))


def _notes(files: Mapping[str, CodeownersFile]) -> tuple[str, ...]:
    without = [name for name, file in files.items() if not file.place]
    notes = [f"no CODEOWNERS file in {', '.join(without)}"] if without else []
    for name, file in files.items():
        if file.bad_lines:
            lines = ", ".join(map(str, file.bad_lines[:10]))
            notes.append(f"{name} {file.place}: the pattern cannot be read in line {lines}")
    return tuple(notes)
