"""The contract of adapters, kept by the Acme adapter. Replies are those of https://docs.example.com/acme/api."""

from importlib.metadata import entry_points
from typing import ClassVar

from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import AcknowledgeAlert, UnacknowledgeAlert
from opsloom_acme import AcmeAdapter
from opsloom_acme.mapping import STATUS_OF_STATE, status_of

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
        "write_token": {"env": "ACME_WRITE_TOKEN"},
    }
    replies: ClassVar = {
        "GET /api/version": {"version": "3.1.4"},
        "GET /api/alerts": {"alerts": [ALERT, MUTED], "next": None},
        "GET /api/alerts/*": ALERT,
        "POST /api/alerts/*/state": {},
    }
    changes: ClassVar = (AcknowledgeAlert(alert="A/42"), UnacknowledgeAlert(alert="A/42"))
    words: ClassVar = {
        AlertStatus: Words(status_of, tuple(STATUS_OF_STATE)),
        Severity: Words(Severity.from_word, ("P1", "P2", "P3", "P4", "P5")),
    }


def test_opsloom_finds_it() -> None:
    """After ``pip install .``, as an operator would have it."""
    (point,) = entry_points(group="opsloom.adapters", name="acme")
    assert point.load() is AcmeAdapter
