"""The contract of the example adapter: the second example of docs/adapter-authors.md."""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.alerts import AlertStatus, Severity
from tests.contract.acme_adapter import STATUS_OF_STATE, AcmeAdapter, status_of

ALERT = {
    "id": "A/42",
    "title": "CheckoutHighErrorRate",
    "state": "open",
    "priority": "P1",
    "service": "checkout",
    "opened_at": "2026-03-03T09:14:00Z",
    "closed_at": None,
}
MUTED = {**ALERT, "id": "A/43", "state": "muted", "priority": "P3"}


class TestAcme(HttpAdapterContract):
    adapter = AcmeAdapter
    settings: ClassVar = {
        "adapter": "acme",
        "base_url": "http://acme.test/v2",
        "token": {"env": "ACME_TOKEN"},
    }
    replies: ClassVar = {
        "GET /api/version": {"version": "3.1.4"},
        "GET /api/alerts": {"alerts": [ALERT, MUTED], "total": 2},
        "GET /api/alerts/*": ALERT,
    }
    words: ClassVar = {
        AlertStatus: Words(status_of, tuple(STATUS_OF_STATE)),
        Severity: Words(Severity.from_word, ("P1", "P2", "P3", "P4", "P5")),
    }
