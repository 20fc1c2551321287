"""The settings of a notifier instance."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from opsloom.adapter_api.config import AdapterConfig, HttpConfig, HttpUrl, SecretSource

Word = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*$")]
"""A word of a command line; the operating system takes no NUL in one."""


class NotifierConfig(AdapterConfig):
    """Exactly one of ``webhook_url``, ``file`` and ``command`` says how notifications leave."""

    webhook_url: HttpUrl | None = Field(None, description="address that notifications are posted to")
    secret: SecretSource | None = Field(None, description="key that signs what is posted to webhook_url")
    ca_file: Path | None = Field(None, description="certificates to trust at webhook_url instead of the usual ones")
    file: Path | None = Field(None, description="file that gets one JSON line for each notification")
    command: tuple[Word, ...] | None = Field(
        None, min_length=1, description="program and its arguments; it gets each notification as JSON on its stdin"
    )
    channels: tuple[Word, ...] = Field(
        (), description="channels that may be posted to, or globs such as ops-*; none by default"
    )
    targets: tuple[Word, ...] = Field(("*",), description="whom pages may wake, or globs; anybody by default")
    title: str = Field("", description="what people call this way out, such as: chat of the shop; shown in plans")

    @model_validator(mode="after")
    def _one_way_out(self) -> Self:
        if sum(way is not None for way in (self.webhook_url, self.file, self.command)) != 1:
            raise ValueError("give exactly one of webhook_url, file, command")
        if (self.webhook_url is None) != (self.secret is None):
            raise ValueError("webhook_url and secret go together: receivers tell real notifications by the signature")
        if self.ca_file is not None and self.webhook_url is None:
            raise ValueError("ca_file is for webhook_url")
        return self

    @model_validator(mode="after")
    def _a_program_that_can_be_found_from_anywhere(self) -> Self:
        program = self.command[0] if self.command else ""
        if "/" in program and not program.startswith("/"):
            raise ValueError("command must begin with an absolute path or a name on PATH: clients start us anywhere")
        return self

    def http(self, url: str) -> HttpConfig:
        """The settings of the connection to ``url``."""
        return HttpConfig(
            adapter=self.adapter, deadline_seconds=self.deadline_seconds, base_url=url, ca_file=self.ca_file
        )
