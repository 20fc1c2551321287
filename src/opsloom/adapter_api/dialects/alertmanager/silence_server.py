"""What an adapter brings of its own for silences: the requests, the words, the links."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.model.alerts import Alert


class SilenceRequests(Protocol):
    """Every method raises the errors of :class:`~opsloom.adapter_api.http.HttpClient`."""

    async def alerts(
        self, call: Call, matchers: Sequence[str] = (), *, link: str | None = None
    ) -> list[wire.GettableAlert]:
        """All that match all of ``matchers``, also silenced and inhibited ones."""
        ...

    async def silences(self, call: Call) -> list[wire.GettableSilence]:
        """All, with those that expired a short while ago."""
        ...

    async def silence(self, call: Call, silence: str, *, link: str | None = None) -> wire.GettableSilence: ...

    async def create_silence(self, call: Call, postable: Mapping[str, object]) -> str:
        """Returns the id.

        :raises OutcomeUnknownError: also where a success names no id.
        """
        ...

    async def expire_silence(self, call: Call, silence: str) -> None: ...


class SilenceServer(Protocol):
    """One server that has silences; ``vendor`` is how our sentences call it."""

    @property
    def vendor(self) -> str: ...

    @property
    def client(self) -> SilenceRequests: ...

    @property
    def service_labels(self) -> Sequence[str]:
        """Labels that name the service of an alert, the first one present counts."""
        ...

    def alert_of(self, heard: wire.GettableAlert, call: Call) -> Alert: ...

    def alerts_link(self, matchers: Sequence[str]) -> str:
        """The page to look at before alerts of ``matchers`` are silenced."""
        ...

    def silence_link(self, silence: str) -> str:
        """The page of one silence."""
        ...
