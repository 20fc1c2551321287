"""The notifier adapter: what it can do, and which of its three ways out is configured."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.writers import MessageSender, Pager
from opsloom.model.changes import ChangePlan, Observation, Order, PagePerson, Receipt, SendMessage
from opsloom_adapters.notifier.config import NotifierConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.notifier.route import Route


class NotifierAdapter:
    """Posts messages and pages people; it reads nothing."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="notifier",
        title="Messages and pages by webhook, file or command",
        config=NotifierConfig,
        capabilities=frozenset({MessageSender, Pager}),
        documentation="https://github.com/opsloom/opsloom",
        scopes=(Scope("POST to webhook_url", "to send messages and pages, signed with secret", writes=True),),
    )

    def __init__(self, config: NotifierConfig, route: "Route") -> None:
        self._config = config
        self._route = route

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        """Nothing is asked or opened yet.

        :raises ConfigurationError: the secret or the CA file of the webhook cannot be read.
        """
        async with _open_route(site, cls.manifest) as route:
            yield cls(site.config_as(NotifierConfig), route)

    async def probe(self, call: Call) -> Probe:
        """Whether a notification could leave: see the ``probe`` of each route."""
        return await self._route.probe(call)

    async def plan_message(self, change: SendMessage, call: Call) -> ChangePlan:
        from opsloom_adapters.notifier.plans import plan_of

        return plan_of(change, self._config, self._route, call.instance)

    async def apply_message(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.notifier.sending import send

        return await send(order, self._config, self._route, call)

    async def observe_message(self, order: Order, call: Call) -> Observation:
        return await self._route.look_for(order.marker, call)

    async def plan_page(self, change: PagePerson, call: Call) -> ChangePlan:
        from opsloom_adapters.notifier.plans import plan_of

        return plan_of(change, self._config, self._route, call.instance)

    async def apply_page(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.notifier.sending import send

        return await send(order, self._config, self._route, call)

    async def observe_page(self, order: Order, call: Call) -> Observation:
        return await self._route.look_for(order.marker, call)


@asynccontextmanager
async def _open_route(site: Site, manifest: Manifest) -> AsyncIterator["Route"]:
    from opsloom_adapters.notifier.command import CommandRoute
    from opsloom_adapters.notifier.file import FileRoute
    from opsloom_adapters.notifier.webhook import WebhookRoute

    config = site.config_as(NotifierConfig)
    if config.webhook_url is not None and config.secret is not None:
        secret = await site.secret(config.secret)
        async with open_http(replace(site, config=config.http(config.webhook_url)), manifest) as http:
            yield WebhookRoute(http, config.webhook_url, secret)
    elif config.file is not None:
        yield FileRoute(config.file.absolute())
    else:
        yield CommandRoute(config.command or ())
