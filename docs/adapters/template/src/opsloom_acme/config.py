"""The settings of an Acme instance."""

from pydantic import Field

from opsloom.adapter_api.config import HttpConfig


class AcmeConfig(HttpConfig):
    """``[instances.x]`` with ``adapter = "acme"``; ``base_url``, tokens and the like are inherited."""

    project: str = Field("default", description="project of Acme whose alerts are read")

    @property
    def site(self) -> str:
        """The address that people open."""
        return self.web_url or self.base_url
