"""The settings of an instance that replays a recording."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from opsloom.adapter_api.config import AdapterConfig

BUILTIN = "builtin:"


def _folder_or_builtin(value: object) -> object:
    """A folder becomes a Path, which opsloom resolves against the settings file; a builtin stays a name."""
    return Path(value) if isinstance(value, str) and not value.startswith(BUILTIN) else value


class RecordingConfig(AdapterConfig):
    """Which recording to replay."""

    path: Annotated[Path | str, BeforeValidator(_folder_or_builtin)] = Field(
        description="folder of the recording, or builtin:checkout for the one that comes with opsloom",
    )
