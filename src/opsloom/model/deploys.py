"""What changed: deploys, rollbacks, config and flag changes, commits."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from opsloom.model.record import Noun, Record
from opsloom.model.window import Window


class ChangeKind(StrEnum):
    """What kind of change it was."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    CONFIG = "config"
    FLAG = "flag"
    COMMIT = "commit"


class DeployStatus(StrEnum):
    """How the change went; a source that only says that it happened gives ``succeeded``."""

    SUCCEEDED = "succeeded"
    IN_PROGRESS = "in_progress"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Deploy(Record):
    """One change; ``files`` and ``diff`` are cut to ``FILES_PER_CHANGE_MAX`` and ``DIFF_MAX_CHARS``.

    ``attributes`` holds what the provider knows besides, such as ``sync_status`` and ``health_status``.
    """

    kind: ChangeKind
    at: datetime
    service: str | None = None
    environment: str | None = None
    status: DeployStatus = DeployStatus.SUCCEEDED
    status_raw: str = ""
    version: str = ""
    previous_version: str = ""
    commit: str = ""
    author: str = ""
    title: str = ""
    files: tuple[str, ...] = ()
    diff: str = ""
    attributes: Mapping[str, str] = Field(default_factory=dict)


class DeployQuery(Noun):
    """Which changes happened in ``window``, the newest ``limit``; ``None`` and an empty set mean any."""

    window: Window
    service: str | None = None
    environment: str | None = None
    kinds: frozenset[ChangeKind] = frozenset()
    limit: int

    def matches(self, deploy: Deploy) -> bool:
        """Whether ``deploy`` is asked for. A change that names no service may concern any, so it stays."""
        return (
            deploy.at in self.window
            and (self.service is None or deploy.service in (None, self.service))
            and (self.environment is None or deploy.environment in (None, self.environment))
            and (not self.kinds or deploy.kind in self.kinds)
        )
