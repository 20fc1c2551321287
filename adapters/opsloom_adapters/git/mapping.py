"""The words of a deployments file, as those of the shared model."""

from opsloom.model.deploys import ChangeKind, DeployStatus

_STATUS = {
    "succeeded": DeployStatus.SUCCEEDED,
    "success": DeployStatus.SUCCEEDED,
    "successful": DeployStatus.SUCCEEDED,
    "ok": DeployStatus.SUCCEEDED,
    "in_progress": DeployStatus.IN_PROGRESS,
    "started": DeployStatus.IN_PROGRESS,
    "running": DeployStatus.IN_PROGRESS,
    "pending": DeployStatus.IN_PROGRESS,
    "failed": DeployStatus.FAILED,
    "failure": DeployStatus.FAILED,
    "error": DeployStatus.FAILED,
}


def status_of(word: str) -> DeployStatus:
    """The status that a deployments file means."""
    return _STATUS.get(word.strip().casefold(), DeployStatus.UNKNOWN)


def kind_of(word: str) -> ChangeKind | None:
    """The kind that a deployments file means; ``None`` for no word, or one that we do not know."""
    word = word.strip().casefold()
    return ChangeKind(word) if word in list(ChangeKind) else None
