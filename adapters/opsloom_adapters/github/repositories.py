"""Which repository is which service, and asking several repositories at a time."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

from opsloom.model.errors import InvalidRequestError, OpsloomError
from opsloom.model.limits import REVISIONS_NAMED_MAX
from opsloom_adapters.github.config import GithubConfig

T = TypeVar("T")
K = TypeVar("K")
_AT_A_TIME = 4  # GitHub asks integrations for few requests at once: its secondary limit


@dataclass(frozen=True)
class Place:
    """A repository, or a folder of it."""

    repository: str
    folder: str = ""


class Estate:
    """The configured repositories and their services."""

    def __init__(self, config: GithubConfig) -> None:
        parts = {service: place.split("/") for service, place in config.services.items()}
        named = {service: Place("/".join(part[:2]), "/".join(part[2:])) for service, part in parts.items()}
        covered = {place.repository for place in named.values()}
        others = {one.partition("/")[2]: Place(one) for one in config.repositories if one not in covered}
        self.repositories = config.repositories
        self.services: Mapping[str, Place] = {**others, **named}
        self._counts = Counter(place.repository for place in self.services.values())

    def only_service_of(self, repository: str) -> str | None:
        """The service of a repository that has one; of several, nothing tells which."""
        if self._counts[repository] != 1:
            return None
        return next(service for service, place in self.services.items() if place.repository == repository)

    def service_at(self, repository: str, path: str) -> str | None:
        """The service whose folder holds ``path``, the nearest one of several; ``None`` where nothing tells."""
        holding = {
            service: place.folder
            for service, place in self.services.items()
            if place.repository == repository
            and f"{path.rstrip('/')}/".startswith(f"{place.folder}/" if place.folder else "")
        }
        nearest = max(holding.values(), key=len, default="")
        names = [service for service, folder in holding.items() if folder == nearest]
        return names[0] if len(names) == 1 else None

    def place_of(self, service: str) -> Place:
        """:raises InvalidRequestError: there is no such service; the text names those that there are."""
        if service not in self.services:
            names = sorted(self.services)
            more = f" and {len(names) - REVISIONS_NAMED_MAX} more" if len(names) > REVISIONS_NAMED_MAX else ""
            raise InvalidRequestError(
                f"service is none of these repositories; known: {', '.join(names[:REVISIONS_NAMED_MAX])}{more}"
            )
        return self.services[service]


@dataclass(frozen=True)
class Answers(Generic[T]):
    """What each repository gave; ``notes`` name those that gave none."""

    given: Mapping[str, T]
    notes: tuple[str, ...]


async def ask_each(repositories: Iterable[str], ask: Callable[[str], Awaitable[T]]) -> Answers[T]:
    """Ask some at a time. One that cannot be read leaves the others; when none can, its error is raised."""
    given, failed = await _outcomes(repositories, ask)
    wrong = next((error for error in failed.values() if isinstance(error, InvalidRequestError)), None)
    if wrong is not None or (failed and not given):
        raise wrong or next(iter(failed.values()))
    return Answers(given, tuple(f"{name} is missing here: {error}" for name, error in failed.items()))


async def ask_all(subjects: Iterable[K], ask: Callable[[K], Awaitable[T]]) -> Mapping[K, T]:
    """Ask about each, some at a time; the first error is raised."""
    given, failed = await _outcomes(subjects, ask)
    if failed:
        raise next(iter(failed.values()))
    return given


async def _outcomes(
    subjects: Iterable[K], ask: Callable[[K], Awaitable[T]]
) -> tuple[dict[K, T], dict[K, OpsloomError]]:
    wanted = list(subjects)
    given: dict[K, T] = {}
    failed: dict[K, OpsloomError] = {}
    limiter = anyio.CapacityLimiter(_AT_A_TIME)

    async def one(subject: K) -> None:
        async with limiter:
            try:
                given[subject] = await ask(subject)
            except OpsloomError as error:
                failed[subject] = error

    async with anyio.create_task_group() as tasks:
        for subject in wanted:
            tasks.start_soon(one, subject)
    in_order = {subject: given[subject] for subject in wanted if subject in given}
    return in_order, {subject: failed[subject] for subject in wanted if subject in failed}
