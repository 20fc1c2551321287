"""The settings of a Slack instance."""

from typing import Annotated

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig, HttpUrl

Pattern = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Prefix = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{0,40}$")]


class SlackConfig(HttpConfig):
    """``base_url`` is the Web API's; ``web_url`` the workspace's, such as ``https://acme.slack.com``."""

    base_url: HttpUrl = Field("https://slack.com/api", description="address of the Web API")
    private_channels: bool = Field(
        False, description="find private channels by name, too; needs groups:read. By id they are read without it"
    )
    user_names: bool = Field(True, description="show people by name instead of by id; needs users:read")
    channels: tuple[Pattern, ...] = Field(
        (), description="channels that may be posted to, or globs such as inc-*; none by default"
    )
    channel_prefix: Prefix = Field(
        "inc-", description="how names of channels that may be opened and archived begin; empty: any"
    )
