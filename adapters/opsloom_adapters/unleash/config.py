"""The settings of an Unleash instance."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig, HttpUrl

ProjectId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]+$")]
"""What Unleash takes as the id of a project; it goes into filters that commas would split."""


def _without_api(url: str) -> str:
    if url.endswith(("/api", "/api/admin")):
        raise ValueError("must be the address of Unleash itself; leave /api out, which only SDKs are given")
    return url


class UnleashConfig(HttpConfig):
    """``base_url`` is where Unleash's pages are, with the base path if it has one."""

    authorization_prefix: ClassVar[str] = ""

    base_url: Annotated[HttpUrl, AfterValidator(_without_api)] = Field(description="address of Unleash, without /api")
    project: ProjectId | None = Field(None, description="id of the only project to look at; all without it")
    service_tag: str = Field("service", description="type of the tag whose value is the service of a flag")
    services: Mapping[ProjectId, str] = Field(
        default_factory=dict,
        description='service of the flags of a project that have no such tag, such as {shop = "checkout"}',
    )

    @property
    def site(self) -> str:
        """The address that people open."""
        return self.web_url or self.base_url
