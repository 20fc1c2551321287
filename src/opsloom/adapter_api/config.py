"""The settings of an instance: a base to inherit from, and how secrets are named."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from opsloom.adapter_api.credential import SecretHeader
from opsloom.model.limits import CALL_BUDGET_SECONDS, INSTANCE_DEADLINE_SECONDS


class SecretSource(BaseModel):
    """Where a secret comes from: ``{env = "X"}``, ``{file = "path"}`` or ``{command = ["prog", "arg"]}``.

    ``json_field`` takes one text out of JSON that is found there, such as ``status.token`` of what the exec plugins of
    Kubernetes print. It is read when the instance is first asked, never at start, and held as a SecretStr from then on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    env: str | None = None
    file: Path | None = None
    command: tuple[str, ...] | None = None
    json_field: str | None = Field(None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _refuse_the_secret_itself(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError('never write the secret here: use {env = "X"}, {file = "F"} or {command = ["C"]}')
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(source is not None for source in (self.env, self.file, self.command)) != 1:
            raise ValueError("give exactly one of env, file, command")
        if self.command == ():
            raise ValueError("command must name a program")
        return self


class Topic(StrEnum):
    """What an instance can be asked for; each is a reader of :mod:`opsloom.adapter_api.capabilities`."""

    ALERTS = "alerts"
    METRICS = "metrics"
    LOGS = "logs"
    DEPLOYS = "deploys"
    TICKETS = "tickets"
    OWNERSHIP = "ownership"
    TOPOLOGY = "topology"
    INCIDENTS = "incidents"
    CHAT = "chat"
    FLAGS = "flags"
    SLOS = "slos"


class AdapterConfig(BaseModel):
    """What every instance has. Inherit, and add typed options with a ``description`` each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: str
    deadline_seconds: float = Field(
        INSTANCE_DEADLINE_SECONDS,
        gt=0,
        le=CALL_BUDGET_SECONDS,
        description="how long this instance may take to answer; others are not delayed",
    )
    read_only: bool = Field(False, description="never offer to change anything at this instance")
    serves: frozenset[Topic] | None = Field(
        None, description='what this instance is asked for, such as ["alerts", "metrics"]; default: all that it can'
    )

    @property
    def may_write(self) -> bool:
        """Whether changes may be offered at this instance."""
        return not self.read_only


def _plain_http_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http:// or https:// address")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user or password; use username and password")
    if parts.query or parts.fragment:
        raise ValueError("must not hold a query or fragment")
    return url.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_plain_http_url)]


class HttpConfig(AdapterConfig):
    """An instance that is reached over HTTP.

    ``token`` is sent as a bearer token; ``username`` and ``password`` as basic authentication. Changes are sent with
    the ``write_`` ones, which are read when the first approved action is applied, and never by anything else. An
    instance that has a credential for reading and none for changes offers no changes.

    An adapter whose provider wants them otherwise overrides ``authorization_prefix``, what stands before the token, or
    the two methods that give the headers.
    """

    authorization_prefix: ClassVar[str] = "Bearer "

    base_url: HttpUrl = Field(description="address of the provider's API")
    web_url: HttpUrl | None = Field(None, description="address that people open, if it is another one")
    token: SecretSource | None = Field(None, description="bearer token")
    username: str | None = Field(None, description="user of basic authentication")
    password: SecretSource | None = Field(None, description="password of basic authentication")
    write_token: SecretSource | None = Field(None, description="token for approved changes; without one there are none")
    write_username: str | None = Field(None, description="user for approved changes, with basic authentication")
    write_password: SecretSource | None = Field(None, description="password for approved changes")
    ca_file: Path | None = Field(None, description="certificates to trust instead of the usual ones")

    @model_validator(mode="after")
    def _one_way_to_authenticate(self) -> Self:
        for before in ("", "write_"):
            token, username, password = (getattr(self, before + name) for name in ("token", "username", "password"))
            if (username is None) != (password is None):
                raise ValueError(f"{before}username and {before}password go together")
            if token is not None and username is not None:
                raise ValueError(f"give either {before}token, or {before}username and {before}password")
        return self

    def read_headers(self) -> tuple[SecretHeader, ...]:
        """The headers that let us read."""
        return self._authorization(self.token, self.username, self.password)

    def write_headers(self) -> tuple[SecretHeader, ...]:
        """The headers that let us change something."""
        return self._authorization(self.write_token, self.write_username, self.write_password)

    @property
    def may_write(self) -> bool:
        """See :class:`AdapterConfig`; a provider that asks for no credential needs none for changes."""
        return super().may_write and (bool(self.write_headers()) or not self.read_headers())

    def _authorization(
        self, token: SecretSource | None, username: str | None, password: SecretSource | None
    ) -> tuple[SecretHeader, ...]:
        if token is not None:
            return (SecretHeader("authorization", token, prefix=self.authorization_prefix),)
        if username is not None and password is not None:
            return (SecretHeader("authorization", password, user=username),)
        return ()
