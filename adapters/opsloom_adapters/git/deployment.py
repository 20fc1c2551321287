"""A deploy as a repository tells it, before its history is known."""

from dataclasses import dataclass
from datetime import datetime

from opsloom.model.deploys import ChangeKind, DeployStatus

# Changes that replace no version
COMMIT_KINDS = frozenset({ChangeKind.CONFIG, ChangeKind.FLAG, ChangeKind.COMMIT})


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deploy; ``committed_at`` is ``None`` as long as ``commit`` is only what somebody wrote down.

    ``kind`` is what somebody wrote down, too: without it, the history decides.
    """

    native_id: str
    at: datetime
    service: str | None
    environment: str | None
    version: str
    commit: str = ""
    committed_at: datetime | None = None
    author: str = ""
    title: str = ""
    status: DeployStatus = DeployStatus.SUCCEEDED
    status_raw: str = ""
    kind: ChangeKind | None = None


@dataclass(frozen=True, slots=True)
class Deployments:
    """All deploys that a repository knows; ``gaps`` are sentences about what could not be read."""

    found: tuple[Deployment, ...] = ()
    gaps: tuple[str, ...] = ()
