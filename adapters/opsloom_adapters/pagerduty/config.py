"""The settings of a PagerDuty instance."""

from dataclasses import replace
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from opsloom.adapter_api.config import HttpConfig, HttpUrl
from opsloom.adapter_api.credential import SecretHeader

Email = Annotated[str, StringConstraints(pattern=r"^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$")]


class PagerdutyConfig(HttpConfig):
    """One account. ``token`` is an API key, or with ``oauth`` an access token of a PagerDuty app."""

    authorization_prefix: ClassVar[str] = "Token token="

    base_url: HttpUrl = Field(
        "https://api.pagerduty.com", description="address of the REST API; https://api.eu.pagerduty.com in the EU"
    )
    from_email: Email | None = Field(None, description="login e-mail of the user in whose name changes are made")
    page_service: str | None = Field(
        None, min_length=1, description="service of pages for which none is named, or one that PagerDuty does not know"
    )
    oauth: bool = Field(False, description="the tokens are OAuth access tokens, not API keys")

    @model_validator(mode="after")
    def _changes_are_made_by_somebody(self) -> Self:
        if self.write_headers() and self.from_email is None:
            raise ValueError("write_token needs from_email: PagerDuty wants to know which user makes a change")
        return self

    def read_headers(self) -> tuple[SecretHeader, ...]:
        """See :class:`HttpConfig`."""
        return self._schemed(super().read_headers())

    def write_headers(self) -> tuple[SecretHeader, ...]:
        """See :class:`HttpConfig`."""
        return self._schemed(super().write_headers())

    def _schemed(self, headers: tuple[SecretHeader, ...]) -> tuple[SecretHeader, ...]:
        return tuple(replace(one, prefix="Bearer ") for one in headers) if self.oauth else headers
