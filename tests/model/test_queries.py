"""What matches a query: each filter alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import InvalidRequestError
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket, TicketQuery, TicketStatus
from opsloom.model.window import Window

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
BEFORE = WINDOW.start - timedelta(minutes=1)
INSIDE = WINDOW.start + timedelta(minutes=1)

ALERT = Alert(
    ref=Ref(RefKind.ALERT, "am", "1"),
    name="HighErrorRate",
    status=AlertStatus.FIRING,
    severity=Severity.CRITICAL,
    service="checkout",
    team="checkout-team",
    summary="Too many errors",
    starts_at=INSIDE,
    labels={"pod": "checkout-7d9f"},
    annotations={"runbook": "Restart nothing"},
)
DEPLOY = Deploy(
    ref=Ref(RefKind.DEPLOY, "git", "v1"),
    kind=ChangeKind.DEPLOY,
    at=INSIDE,
    service="checkout",
    environment="production",
)
ENTRY = LogEntry(at=INSIDE, service="checkout", severity=LogSeverity.WARN, message="Pool exhausted")
TICKET = Ticket(
    ref=Ref(RefKind.TICKET, "jira", "7"),
    key="CHK-7",
    title="Orders fail",
    description="since the Payment client",
    status=TicketStatus.OPEN,
    service="checkout",
    created_at=BEFORE,
    updated_at=INSIDE,
)


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({}, True),
        ({"text": "ERRORRATE"}, True),
        ({"text": "too many"}, True),
        ({"text": "7D9F"}, True),
        ({"text": "restart"}, True),
        ({"text": "latency"}, False),
        ({"service": "checkout"}, True),
        ({"service": "check"}, False),
        ({"team": "checkout-team"}, True),
        ({"team": "payments-team"}, False),
        ({"statuses": {AlertStatus.FIRING, AlertStatus.PENDING}}, True),
        ({"statuses": {AlertStatus.RESOLVED}}, False),
        ({"severity": Severity.CRITICAL}, True),
        ({"severity": Severity.ERROR}, False),
    ],
)
def test_an_alert_matches_each_filter_alone(filters: dict[str, Any], matches: bool) -> None:
    assert AlertQuery(window=WINDOW, limit=1, **filters).matches(ALERT) is matches


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "matches"),
    [
        (BEFORE, None, True),
        (BEFORE, INSIDE, True),
        (BEFORE, NOW + timedelta(hours=1), True),
        (INSIDE, None, True),
        (BEFORE, WINDOW.start, True),
        (BEFORE - timedelta(hours=1), BEFORE, False),
        (NOW, None, False),
    ],
)
def test_an_alert_matches_if_it_was_active_at_some_time_in_the_window(
    starts_at: datetime, ends_at: datetime | None, matches: bool
) -> None:
    alert = ALERT.model_copy(update={"starts_at": starts_at, "ends_at": ends_at})
    assert AlertQuery(window=WINDOW, limit=1).matches(alert) is matches


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({}, True),
        ({"service": "checkout"}, True),
        ({"service": "payments"}, False),
        ({"environment": "production"}, True),
        ({"environment": "staging"}, False),
        ({"kinds": {ChangeKind.DEPLOY}}, True),
        ({"kinds": {ChangeKind.FLAG, ChangeKind.CONFIG}}, False),
    ],
)
def test_a_deploy_matches_each_filter_alone(filters: dict[str, Any], matches: bool) -> None:
    assert DeployQuery(window=WINDOW, limit=1, **filters).matches(DEPLOY) is matches


def test_a_change_of_no_named_service_or_environment_may_concern_any() -> None:
    anonymous = DEPLOY.model_copy(update={"service": None, "environment": None})
    assert DeployQuery(window=WINDOW, limit=1, service="payments", environment="staging").matches(anonymous)


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({}, True),
        ({"text": "pool EXHAUSTED"}, True),
        ({"text": "timeout"}, False),
        ({"service": "checkout"}, True),
        ({"service": "payments"}, False),
        ({"severity": LogSeverity.INFO}, True),
        ({"severity": LogSeverity.WARN}, True),
        ({"severity": LogSeverity.ERROR}, False),
    ],
)
def test_a_log_entry_matches_each_filter_alone(filters: dict[str, Any], matches: bool) -> None:
    assert LogQuery(window=WINDOW, limit=1, **filters).matches(ENTRY) is matches


@pytest.mark.parametrize(("least", "matches"), [(LogSeverity.INFO, True), (LogSeverity.WARN, False)])
def test_an_entry_of_unknown_severity_counts_as_info(least: LogSeverity, matches: bool) -> None:
    unknown = ENTRY.model_copy(update={"severity": LogSeverity.UNKNOWN})
    assert LogQuery(window=WINDOW, limit=1, severity=least).matches(unknown) is matches


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({}, True),
        ({"text": "ORDERS"}, True),
        ({"text": "payment CLIENT"}, True),
        ({"text": "CHK-8"}, False),
        ({"service": "Checkout"}, True),
        ({"service": "payment"}, False),
        ({"statuses": {TicketStatus.OPEN}}, True),
        ({"statuses": {TicketStatus.CLOSED}}, False),
    ],
)
def test_a_ticket_matches_each_filter_alone(filters: dict[str, Any], matches: bool) -> None:
    assert TicketQuery(window=WINDOW, limit=1, **filters).matches(TICKET) is matches


@pytest.mark.parametrize(("service", "matches"), [("PAYMENT", True), ("orders", True), ("storefront", False)])
def test_a_ticket_without_a_service_concerns_those_that_it_mentions(service: str, matches: bool) -> None:
    anonymous = TICKET.model_copy(update={"service": None})
    assert TicketQuery(window=WINDOW, limit=1, service=service).matches(anonymous) is matches


@pytest.mark.parametrize(("moment", "matches"), [(BEFORE, False), (WINDOW.start, True), (INSIDE, True), (NOW, False)])
def test_changes_entries_and_tickets_are_in_the_half_open_window(moment: datetime, matches: bool) -> None:
    told = [
        DeployQuery(window=WINDOW, limit=1).matches(DEPLOY.model_copy(update={"at": moment})),
        LogQuery(window=WINDOW, limit=1).matches(ENTRY.model_copy(update={"at": moment})),
        TicketQuery(window=WINDOW, limit=1).matches(TICKET.model_copy(update={"updated_at": moment})),
    ]
    assert told == [matches] * 3


@pytest.mark.parametrize("asked", [{}, {"service": "checkout", "path": "a.py"}])
def test_ownership_is_asked_of_either_a_service_or_a_path(asked: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError, match="give either service or path"):
        OwnershipQuery(at=NOW, **asked)


def test_equal_queries_are_the_same_key() -> None:
    first, second = (AlertQuery(window=WINDOW, limit=1, statuses=frozenset({AlertStatus.FIRING})) for _ in range(2))
    assert len({first, second}) == 1
