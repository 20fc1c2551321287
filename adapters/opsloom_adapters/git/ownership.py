"""The OwnershipReader: CODEOWNERS, and the services table."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.codeowners import CodeownersFile
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.git.codeowners_file import read_codeowners
from opsloom_adapters.git.config import GitConfig
from opsloom_adapters.git.repository import Repository
from opsloom_adapters.git.services import ServicePaths
from opsloom_adapters.git.web import file_url

_EXAMPLE = "write it relative to the repository, such as services/payments/app.py"


@dataclass(frozen=True, slots=True)
class _Owners:
    """CODEOWNERS of the present commit beside the services table."""

    config: GitConfig
    commit: str
    codeowners: CodeownersFile
    paths: ServicePaths
    instance: str

    def of_path(self, path: str, service: str | None) -> Iterator[Ownership]:
        """One row for each deciding line; ``service`` is known where the question named it."""
        name = service or self.paths.service_of(path)
        lines = self.codeowners.lines_for(path)
        for line in lines:
            teams = tuple(_team(owner) for owner in line.owners)
            yield Ownership(
                service=self.service(name, teams) if name else None,
                teams=teams,
                matched_by=f"{self.codeowners.place} line {line.line}: {line.pattern}",
            )
        if name and not lines:
            yield Ownership(service=self.service(name, ()), matched_by="services table")

    def of_service(self, name: str) -> Service:
        """The service with the owner of its first folder."""
        lines = self.codeowners.lines_for(self.folders_of(name)[0])
        return self.service(name, tuple(_team(owner) for line in lines for owner in line.owners))

    def folders_of(self, service: str) -> list[str]:
        """As CODEOWNERS means folders; the one service of a repository owns its root."""
        return [f"{folder}/" for folder in self.paths.folders_of(service)] or [""]

    def service(self, name: str, teams: tuple[Team, ...]) -> Service:
        return Service(
            ref=Ref(RefKind.SERVICE, self.instance, name),
            link=self.config.web_url,
            name=name,
            owner=teams[0].name if teams else None,
            repository=self.config.web_url or "",
        )

    def link_to(self, path: str) -> str | None:
        """The deciding line in CODEOWNERS."""
        if not self.codeowners.place:
            return None
        line = self.codeowners.line_for(path)
        return file_url(self.config, self.commit, self.codeowners.place, line.line if line else None)

    def notes(self) -> tuple[str, ...]:
        if not self.codeowners.place:
            return (f"the repository has no CODEOWNERS file at {self.config.ref}",)
        if self.codeowners.bad_lines:
            lines = ", ".join(map(str, self.codeowners.bad_lines[:10]))
            return (f"{self.codeowners.place}: the pattern cannot be read in line {lines}",)
        return ()


async def get_ownership(repository: Repository, query: OwnershipQuery, call: Call) -> Page[Ownership]:
    """The owners of a path, or of the folders of a service."""
    path = None if query.path is None else relative_path(query.path, repository.program.work_tree)
    owners = await _read_owners(repository, call)
    if path is not None:
        asked = [path]
    else:
        asked = owners.folders_of(query.service or "") if query.service in owners.paths.services else []
    rows = [row for each in asked for row in owners.of_path(each, query.service)]
    return Page(
        rows=tuple(rows),
        total=len(rows),
        complete=not owners.codeowners.bad_lines,
        query=f"CODEOWNERS at {owners.config.ref} for {path or f'service {query.service}'}",
        link=owners.link_to(asked[0]) if asked else None,
        notes=owners.notes(),
    )


async def search_services(repository: Repository, query: ServiceQuery, call: Call) -> Page[Service]:
    """The services of the services table, with their owners."""
    owners = await _read_owners(repository, call)
    text = (query.text or "").casefold()
    names = [name for name in owners.paths.services if text in name.casefold()]
    shown = names[: min(query.limit, PROVIDER_ROWS_MAX)]
    return Page(
        rows=tuple(owners.of_service(name) for name in shown),
        total=len(names),
        complete=len(shown) == len(names) and not owners.codeowners.bad_lines,
        query=f"services table: {query.text}" if query.text else "services table",
        link=owners.config.web_url,
        notes=owners.notes(),
    )


async def _read_owners(repository: Repository, call: Call) -> _Owners:
    config = repository.config
    head = await repository.head(call)
    codeowners = await read_codeowners(repository.program, head.commit, config.web_style, call)
    paths = ServicePaths(config.services, config.service)
    return _Owners(config, head.commit, codeowners, paths, call.instance)


def relative_path(path: str, work_tree: Path | None) -> str:
    """``path`` as CODEOWNERS means it; an absolute one inside the work tree is made relative.

    :raises InvalidRequestError: it leads out of the repository, or is none.
    """
    pure = PurePosixPath(path)
    if ".." in pure.parts or not path.isprintable():
        raise InvalidRequestError(f"path must not hold .. or control characters; {_EXAMPLE}")
    if pure.is_absolute():
        if work_tree is None or not pure.is_relative_to(work_tree):
            raise InvalidRequestError(f"path lies outside of the repository; {_EXAMPLE}")
        pure = pure.relative_to(work_tree)
    if not pure.parts:
        raise InvalidRequestError(f"path names no file; {_EXAMPLE}")
    return f"{pure}/" if path.endswith("/") else str(pure)


def _team(owner: str) -> Team:
    """``@org/team`` is the team's short name, as other sources call it; a person is a team of one."""
    _, slash, team = owner.partition("/")
    if owner.startswith("@") and slash:
        return Team(name=team, title=owner)
    return Team(name=owner, title=owner, members=(owner,))
