"""The Slack adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import ChatReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.writers import ChannelWriter, MessageSender
from opsloom.model.changes import ChangePlan, ChannelChange, Observation, Order, Receipt, SendMessage
from opsloom.model.messages import Message, MessageQuery
from opsloom.model.page import Page
from opsloom_adapters.slack.config import SlackConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.slack.client import SlackClient


class SlackAdapter:
    """Reads and posts messages of one workspace."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="slack",
        title="Slack",
        config=SlackConfig,
        capabilities=frozenset({ChatReader, MessageSender, ChannelWriter}),
        documentation="https://docs.slack.dev/apis/web-api",
        credential_url="https://api.slack.com/apps",
        asks=("token", "channels", "write_token"),
        scopes=(
            Scope("channels:read", "to find public channels by name"),
            Scope("channels:history", "to read public channels that the app is in"),
            Scope("groups:read", "to find private channels by name, with private_channels"),
            Scope("groups:history", "to read private channels that the app is in"),
            Scope("users:read", "to show people by name; without it by id"),
            Scope("chat:write", "to post in channels that the app is in, and to replace what it posted", writes=True),
            Scope("channels:manage", "to open and archive public channels", writes=True),
        ),
    )

    def __init__(self, client: "SlackClient", config: SlackConfig) -> None:
        from opsloom_adapters.slack.people import People

        self._client = client
        self._config = config
        self._people = People(client, asks=config.user_names)

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.slack.client import SlackClient

        config = site.config_as(SlackConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(SlackClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        has = await self._client.scopes_for_changes(call)
        needed = [scope.name for scope in self.manifest.scopes if scope.writes]
        return tuple(Permission(name, None if has is None else name in has) for name in needed)

    async def search_messages(self, query: MessageQuery, call: Call) -> Page[Message]:
        from opsloom_adapters.slack.messages import search_messages

        return await search_messages(self._client, self._people, query, call)

    async def plan_message(self, change: SendMessage, call: Call) -> ChangePlan:
        from opsloom_adapters.slack.sending import plan_message

        return await plan_message(self._client, self._config, change, call)

    async def apply_message(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.slack.sending import apply_message

        return await apply_message(self._client, order, call)

    async def observe_message(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.slack.sending import observe_message

        return await observe_message(self._client, order, call)

    async def plan_channel(self, change: ChannelChange, call: Call) -> ChangePlan:
        from opsloom_adapters.slack.channel_changes import plan_channel

        return await plan_channel(self._client, self._config, change, call)

    async def apply_channel(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.slack.channel_changes import apply_channel

        return await apply_channel(self._client, order, call)

    async def observe_channel(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.slack.channel_changes import observe_channel

        return await observe_channel(self._client, order, call)
