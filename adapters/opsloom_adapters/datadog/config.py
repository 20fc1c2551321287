"""The settings of a Datadog instance."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from opsloom.adapter_api.config import HttpConfig, SecretSource
from opsloom.adapter_api.credential import SecretHeader

_NOT_TAKEN = ("token", "username", "password", "write_token", "write_username", "write_password")


class DatadogConfig(HttpConfig):
    """``base_url`` is the API of the organization's site, such as ``https://api.datadoghq.eu``.

    Datadog takes two keys: the API key names the organization, the application key the permissions. The settings of
    :class:`HttpConfig` for other ways to authenticate are refused.
    """

    api_key: SecretSource = Field(description="API key of the organization (DD-API-KEY)")
    app_key: SecretSource = Field(description="application key that may read (DD-APPLICATION-KEY)")
    write_app_key: SecretSource | None = Field(
        None, description="application key for approved changes; without one there are none"
    )
    deploy_events: str | None = Field(
        None,
        min_length=1,
        description="event search query whose events count as deploys, such as source:jenkins event:deploy",
    )

    @model_validator(mode="after")
    def _keys_only(self) -> Self:
        given = [name for name in _NOT_TAKEN if getattr(self, name) is not None]
        if given:
            raise ValueError(f"Datadog takes api_key, app_key and write_app_key, not {', '.join(given)}")
        return self

    def read_headers(self) -> tuple[SecretHeader, ...]:
        """Both keys."""
        return self._headers(self.app_key)

    def write_headers(self) -> tuple[SecretHeader, ...]:
        """Both keys, the application key being the one for changes."""
        return () if self.write_app_key is None else self._headers(self.write_app_key)

    @property
    def site_url(self) -> str:
        """Where people look at this organization: ``web_url``, else what belongs to the API's site.

        Source: https://docs.datadoghq.com/getting_started/site/
        """
        if self.web_url is not None:
            return self.web_url
        host = urlsplit(self.base_url).hostname or ""
        if not host.startswith("api."):
            return self.base_url
        site = host.removeprefix("api.")
        return f"https://app.{site}" if site.count(".") == 1 else f"https://{site}"

    def _headers(self, app_key: SecretSource) -> tuple[SecretHeader, ...]:
        return (SecretHeader("dd-api-key", self.api_key), SecretHeader("dd-application-key", app_key))
