"""Which deployment a rollback leaves, and which one it returns to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.limits import REVISIONS_NAMED_MAX
from opsloom_adapters.github import wire
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.config import GithubConfig
from opsloom_adapters.github.deployment_history import commits_left, last_good, read_history
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import version_of
from opsloom_adapters.github.repositories import Estate

_COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True)
class Choice:
    """``change`` with nothing left open: ``present`` was deployed last, and ``target`` is deployed instead."""

    change: ChangeRevision
    repository: str
    environment: str
    present: wire.Deployment
    target: wire.Deployment

    @property
    def observed(self) -> tuple[tuple[str, str], ...]:
        """What the plan depends on: that nothing was deployed since."""
        return (("deployment", str(self.present.id)), ("commit", self.present.sha))


async def choose(
    reader: GithubReader, config: GithubConfig, estate: Estate, change: ChangeRevision, call: Call
) -> Choice:
    """What ``change`` leaves and returns to.

    :raises InvalidRequestError: no such service, environment or revision was deployed, or it runs already.
    :raises UnsupportedError: a deployment of the repository does not tell which of its services it is of.
    """
    repository = estate.place_of(change.service).repository
    if estate.only_service_of(repository) is None:
        raise UnsupportedError(
            f"{repository} holds several services: its deployments do not tell which of them to roll back"
        )
    links = Links(config)
    environment = change.environment or await _only_environment(reader, config, links, repository, call)
    if config.environments and environment not in config.environments:
        raise InvalidRequestError(f"environment must be one of: {', '.join(config.environments)}")
    history = await read_history(reader, links, repository, environment, call)
    if not history:
        raise InvalidRequestError(f"environment: nothing was deployed to it from {repository}")
    present = history[0]
    if change.revision is None:
        target = await last_good(reader, repository, history[1:], call, leaving=commits_left(history))
        if target is None:
            raise InvalidRequestError(
                f"revision: no good version before the present one is known; name one of: {_others(history)}"
            )
    else:
        target = _named(change.revision, history)
    if target.sha == present.sha:
        raise InvalidRequestError(f"revision: it was deployed last; others: {_others(history)}")
    resolved = change.model_copy(update={"environment": environment, "revision": target.sha})
    return Choice(resolved, repository, environment, present, target)


async def _only_environment(
    reader: GithubReader, config: GithubConfig, links: Links, repository: str, call: Call
) -> str:
    known = dict.fromkeys(one.environment for one in await read_history(reader, links, repository, None, call))
    names = [name for name in known if not config.environments or name in config.environments]
    if len(names) != 1:
        raise InvalidRequestError(
            f"environment: name one that {repository} was deployed to: {_listed(names)}"
            if names
            else f"environment: {repository} has no deployments; GitHub has to be told of them for a rollback"
        )
    return names[0]


def _named(revision: str, history: Sequence[wire.Deployment]) -> wire.Deployment:
    """By version, ref, or the beginning of a commit id. The text is only compared: GitHub never sees it."""
    found = [one for one in history if _is_named(one, revision)]
    if len({one.sha for one in found}) > 1:
        raise InvalidRequestError(f"revision: it means several commits: {_listed(one.sha for one in found)}")
    if not found:
        raise InvalidRequestError(f"revision: it was never deployed there; known: {_others(history)}")
    return found[0]


def _is_named(one: wire.Deployment, revision: str) -> bool:
    commit = revision.lower()
    return revision in (one.ref, version_of(one)) or (
        _COMMIT.fullmatch(commit) is not None and one.sha.startswith(commit)
    )


def _others(history: Sequence[wire.Deployment]) -> str:
    return _listed(version_of(one) for one in history if one.sha != history[0].sha)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(dict.fromkeys(names))[:REVISIONS_NAMED_MAX]) or "none"
