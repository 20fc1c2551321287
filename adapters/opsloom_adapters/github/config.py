"""The settings of a GitHub instance."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from opsloom.adapter_api.config import HttpConfig, HttpUrl

_NAME = r"[A-Za-z0-9_-]+/[A-Za-z0-9._-]+"
RepositoryName = Annotated[str, StringConstraints(pattern=rf"^{_NAME}$")]
RepositoryFolder = Annotated[str, StringConstraints(pattern=rf"^{_NAME}(/[^/]+)*$")]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
WorkflowFile = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+\.ya?ml$")]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
PLACEHOLDERS = frozenset({"revision", "environment", "service", "marker"})
_API_OF_ENTERPRISE_SERVER = "/api/v3"


class GithubConfig(HttpConfig):
    """``base_url`` is the API's: of Enterprise Server it ends in ``/api/v3``."""

    base_url: HttpUrl = Field("https://api.github.com", description="address of the REST API")
    repositories: tuple[RepositoryName, ...] = Field(min_length=1, description="the repositories, as owner/name")
    services: Mapping[Word, RepositoryFolder] = Field(
        default_factory=dict,
        description="service -> owner/name, or owner/name/folder; a repository that is not named is the service "
        "of its own name",
    )
    environments: tuple[Word, ...] = Field((), description="environments whose deployments count; empty: all")
    releases: bool = Field(False, description="count a published release as a deploy, for who releases by that")
    service_label: Word = Field("service:", description="how labels of issues begin that name a service")
    ticket_repository: RepositoryName | None = Field(
        None, description="where issues are opened; by default in the service's repository"
    )
    rollback_workflow: WorkflowFile | None = Field(
        None, description="file name of the workflow that rolls back; without it a deployment is created"
    )
    rollback_ref: Word = Field("main", description="branch or tag that holds rollback_workflow")
    rollback_inputs: Mapping[Word, str] = Field(
        default_factory=lambda: {"revision": "{revision}", "environment": "{environment}", "marker": "{marker}"},
        description="inputs of rollback_workflow; {revision}, {environment}, {service}, {marker} are filled in",
    )

    @model_validator(mode="after")
    def _known_repositories(self) -> Self:
        named = {"/".join(place.split("/")[:2]) for place in self.services.values()}
        named |= {self.ticket_repository} if self.ticket_repository else set()
        missing = sorted(named - set(self.repositories))
        if missing:
            raise ValueError(f"add to repositories: {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _services_of_different_names(self) -> Self:
        named = {"/".join(place.split("/")[:2]) for place in self.services.values()}
        others = [one.partition("/")[2] for one in self.repositories if one not in named]
        taken = Counter([*others, *self.services])
        twice = sorted(name for name, count in taken.items() if count > 1)
        if twice:
            raise ValueError(f"name the services of repositories that share a name: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        found = {name for text in self.rollback_inputs.values() for name in PLACEHOLDER.findall(text)}
        if not found <= PLACEHOLDERS:
            raise ValueError(f"rollback_inputs may hold {', '.join(sorted(f'{{{one}}}' for one in PLACEHOLDERS))}")
        return self

    @property
    def is_enterprise_server(self) -> bool:
        return self.base_url.endswith(_API_OF_ENTERPRISE_SERVER)

    @property
    def web(self) -> str:
        """The address of the web pages."""
        if self.web_url is not None:
            return self.web_url
        if self.is_enterprise_server:
            return self.base_url.removesuffix(_API_OF_ENTERPRISE_SERVER)
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"
