"""The contract of the example adapter that acknowledges."""

from typing import ClassVar

from opsloom.model.changes import AcknowledgeAlert, UnacknowledgeAlert
from tests.contract.acme_acknowledging import AcknowledgingAcme
from tests.contract.test_acme_contract import TestAcme as GoodAcme


class TestAcknowledgingAcme(GoodAcme):
    adapter = AcknowledgingAcme
    settings: ClassVar = {**GoodAcme.settings, "write_token": {"env": "ACME_WRITE_TOKEN"}}
    replies: ClassVar = {"POST /api/alerts/*/state": {}, **GoodAcme.replies}
    changes: ClassVar = (AcknowledgeAlert(alert="A/42"), UnacknowledgeAlert(alert="A/42"))


del GoodAcme  # pytest would run it here, too
