"""The contract over a fake network: the adapter speaks HTTP, and canned replies answer it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar

import httpx
import pytest

from opsloom.adapter_api.contract_kit.adapter_contract import AdapterContract
from opsloom.adapter_api.contract_kit.asking import Asker
from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider, Replies
from opsloom.adapter_api.contract_kit.fault_checks import FaultExaminer
from opsloom.adapter_api.contract_kit.virtual_time import run_in_virtual_time


class FakeNetworkContract(AdapterContract):
    """What the checks of :class:`~.http_contract.HttpAdapterContract` stand on."""

    replies: ClassVar[Replies]
    empty_replies: ClassVar[Mapping[str, Sequence[str]]] = {}
    optional_requests: ClassVar[Mapping[str, str]] = {}

    def make_transport(self) -> httpx.AsyncBaseTransport | None:
        return FakeProvider(self.replies, self.settings["base_url"])

    def run(self, check: Callable[[], Awaitable[None]]) -> None:
        """Run an asynchronous check in virtual time."""
        run_in_virtual_time(check)

    @pytest.fixture
    def examiner(self, asker: Asker) -> FaultExaminer:
        """Asks the adapter under test while its provider fails."""
        return FaultExaminer(asker, self.replies, self.settings["base_url"], self.optional_requests)
