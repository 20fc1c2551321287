"""The contract that every adapter keeps, as tests that anybody can run on theirs.

Inherit :class:`HttpAdapterContract` (or :class:`AdapterContract` where there is no HTTP), give settings and
canned replies, and pytest runs every check; ``docs/adapters/writing-one.md`` has a whole example. The kit needs
pytest and trio, which opsloom itself does not.
"""

from opsloom.adapter_api.contract_kit.adapter_contract import AdapterContract
from opsloom.adapter_api.contract_kit.asking import CANARY, INSTANCE
from opsloom.adapter_api.contract_kit.fake_provider import CannedReply
from opsloom.adapter_api.contract_kit.http_contract import HttpAdapterContract
from opsloom.adapter_api.contract_kit.word_checks import Words

__all__ = ["CANARY", "INSTANCE", "AdapterContract", "CannedReply", "HttpAdapterContract", "Words"]
