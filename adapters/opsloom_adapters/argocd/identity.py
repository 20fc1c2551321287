"""Names of applications, and of what was deployed by them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from opsloom.model.window import format_time

_NAME = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
_APP = re.compile(rf"(?P<namespace>{_NAME})/(?P<name>{_NAME})")
_OPERATION = "operation-"


@dataclass(frozen=True, slots=True)
class AppKey:
    """An application; a name alone is ambiguous where applications may be in any namespace."""

    namespace: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Of ``namespace/name``; ``None`` if it is no such thing."""
        match = _APP.fullmatch(text)
        return None if match is None else cls(match["namespace"], match["name"])

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class DeployId:
    """``namespace/name/12`` is entry 12 of an application's history.

    ``namespace/name/operation-2026-03-03T09:14:00Z`` is the operation that started then: it runs, or it ended without
    leaving an entry.
    """

    app: AppKey
    step: str

    @classmethod
    def of_entry(cls, app: AppKey, number: int) -> Self:
        return cls(app, str(number))

    @classmethod
    def of_operation(cls, app: AppKey, started_at: datetime) -> Self:
        return cls(app, _OPERATION + format_time(started_at))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """``None`` if it is no such id."""
        app, _, step = text.rpartition("/")
        key = AppKey.parse(app)
        return None if key is None else cls(key, step)

    def __str__(self) -> str:
        return f"{self.app}/{self.step}"
