"""Which deploy a rollback leaves, and which one it returns to."""

import re
from dataclasses import dataclass

from opsloom.model.changes import ChangeRevision
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import REVISIONS_NAMED_MAX
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.mapping import goes_back, version_of

_BEGINNING_OF_COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Choice:
    """The entry of the history that is there now, and the one that is to be deployed again."""

    present: wire.RevisionHistory
    target: wire.RevisionHistory


def choose(app: wire.Application, change: ChangeRevision) -> Choice:
    """What ``change`` means: an entry by its number, or the newest entry of a revision; by default the last good one.

    :raises InvalidRequestError: the history has no such entry, or it is there already.
    """
    history = app.history
    if not history:
        raise InvalidRequestError(f"service: Argo CD remembers no deploy of {app.key}")
    present = history[-1]
    target = _last_good(history) if change.revision is None else _named(change.revision.strip(), history)
    if target.id == present.id:
        raise InvalidRequestError(f"revision: it is deployed already; others: {_listed(history[:-1])}")
    return Choice(present, target)


def _last_good(history: tuple[wire.RevisionHistory, ...]) -> wire.RevisionHistory:
    """The newest entry of another version than the present one, and of none that a rollback has just left."""
    versions = [version_of(entry) for entry in history]
    left = {versions[-1]}
    for index in range(len(versions) - 1, 0, -1):
        if not goes_back(versions, index):
            break
        left.add(versions[index - 1])
    for entry in reversed(history):
        if version_of(entry) not in left:
            return entry
    raise InvalidRequestError(f"revision: the history holds no other that was good; it holds: {_listed(history)}")


def _named(revision: str, history: tuple[wire.RevisionHistory, ...]) -> wire.RevisionHistory:
    newest_first = tuple(reversed(history))
    for entry in newest_first:
        if revision in (str(entry.id), version_of(entry)):
            return entry
    if _BEGINNING_OF_COMMIT.fullmatch(revision.lower()):
        begun = [one for one in newest_first if any(it.startswith(revision.lower()) for it in one.all_revisions)]
        if begun and len({version_of(one) for one in begun}) == 1:
            return begun[0]
    raise InvalidRequestError(f"revision: the history has no such entry; it holds: {_listed(history)}")


def _listed(history: tuple[wire.RevisionHistory, ...]) -> str:
    """``12 (4f9c2a1)``, the newest first."""
    known = [f"{entry.id} ({version_of(entry)})" for entry in reversed(history)]
    return ", ".join(known[:REVISIONS_NAMED_MAX]) or "none"
