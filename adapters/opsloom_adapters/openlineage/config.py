"""The settings of an `openlineage` instance."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from opsloom.adapter_api.config import HttpConfig, HttpUrl

Name = Annotated[str, StringConstraints(min_length=1)]
UrlPath = Annotated[str, StringConstraints(pattern=r"^/[^?#\s]*$")]
_HTTP_ONLY = frozenset({"base_url", "events_path", "token", "username", "password", "ca_file"})


class OpenlineageConfig(HttpConfig):
    """Exactly one of ``file`` and ``base_url`` says where the events are."""

    base_url: HttpUrl = Field("", description="address of Marquez, without /api/v1; or of what serves events_path")
    events_path: UrlPath | None = Field(
        None, description="path below base_url that serves JSON lines, one event each; without it, Marquez is asked"
    )
    file: Path | None = Field(None, description="file of JSON lines, one event each; packed if its name ends in .gz")
    services: dict[Name, Name] = Field(
        default_factory=dict,
        description="glob of job names, with or without their namespace -> service; the first that matches counts",
    )

    @model_validator(mode="after")
    def _one_place_of_events(self) -> Self:
        if (self.file is None) == (self.base_url == ""):
            raise ValueError("give exactly one of file and base_url")
        if self.file is not None and (unused := sorted(_HTTP_ONLY & self.model_fields_set)):
            raise ValueError(f"with file, {', '.join(unused)} would not be used")
        return self
