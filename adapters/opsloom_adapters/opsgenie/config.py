"""The settings of an Opsgenie instance."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig

TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,49}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_PAGES = {
    "https://api.opsgenie.com": "https://app.opsgenie.com",
    "https://api.eu.opsgenie.com": "https://app.eu.opsgenie.com",
}


class OpsgenieConfig(HttpConfig):
    """``base_url`` is ``https://api.opsgenie.com``, or ``https://api.eu.opsgenie.com`` for accounts in the EU."""

    authorization_prefix: ClassVar[str] = "GenieKey "

    service_key: TagKey = Field(
        "service", description="what names the service of an alert: tags such as service:checkout, or a detail"
    )
    services: Mapping[Name, Name] = Field(
        default_factory=dict,
        description="team of each service, such as {checkout = 'payments'}; instead of the services of Opsgenie itself",
    )

    @property
    def site(self) -> str | None:
        """The address that people open, ``None`` where nothing tells."""
        return self.web_url or _PAGES.get(self.base_url)
