"""Acknowledging, commenting on, snoozing, escalating and resolving incidents."""

from typing import Any

import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.changes import (
    AcknowledgeAlert,
    ChangePlan,
    Observation,
    Receipt,
    Sight,
    UnacknowledgeAlert,
    UpdateAlert,
)
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.pagerduty import account
from tests.adapters.pagerduty.asking import asked, call, changes_in, connected, provider

SNOOZED = [{"type": "unacknowledge", "at": "2026-03-03T10:21:00Z"}]
ACKNOWLEDGED = account.incident(
    status="acknowledged", acknowledgements=[{"at": "2026-03-03T09:01:00Z", "acknowledger": account.SECOND}]
)
RESOLVED = account.resolved("PINC001", "2026-03-03T09:00:00Z", "2026-03-03T09:10:00Z")
USERS = [account.user(account.USER, "oncall-a@example.com"), account.user(account.SECOND, "oncall-b@example.com")]


def desk(incident: dict[str, Any] | None = None, **replies: Any) -> FakeProvider:
    """PagerDuty with one incident, two users, a policy and a schedule."""
    return provider(
        {
            "GET /incidents/PINC001": {"incident": incident or account.incident()},
            "GET /incidents/PINC001/notes": {"notes": replies.get("notes", [])},
            "GET /users": account.listed("users", *USERS),
            "GET /escalation_policies": account.listed(
                "escalation_policies", account.named(account.POLICY), {"id": "PPOL002", "name": "platform"}
            ),
            "GET /schedules": account.listed("schedules", account.named(account.SCHEDULE)),
            "GET /oncalls": account.listed(
                "oncalls",
                *replies.get("shifts", (account.on_call(account.USER, 1), account.on_call(account.SECOND, 2))),
            ),
            "PUT /incidents/PINC001": {"incident": incident or account.incident()},
            "POST /incidents/PINC001/*": {},
        }
    )


async def plan(change: Any, transport: FakeProvider | None = None) -> ChangePlan:
    async with connected(transport or desk()) as adapter:
        if isinstance(change, UpdateAlert):
            return await adapter.plan_alert_update(change, call())
        return await adapter.plan_acknowledgement(change, call())


async def apply(planned: ChangePlan, transport: FakeProvider) -> Receipt:
    async with connected(transport) as adapter:
        return await adapter.apply_alert_update(order_of(planned), call())


async def observe(planned: ChangePlan, transport: FakeProvider) -> Observation:
    async with connected(transport) as adapter:
        return await adapter.observe_alert_update(order_of(planned), call())


def update(**asked_for: Any) -> UpdateAlert:
    return UpdateAlert(alert="PINC001", **asked_for)


async def test_an_acknowledgement_says_who_acknowledges_and_that_it_stays() -> None:
    planned = await plan(AcknowledgeAlert(alert="PINC001"))
    assert planned.summary == "incident Checkout fails: acknowledge"
    assert planned.targets == ("alert:pd/PINC001",)
    assert planned.services == ("checkout",)
    assert [(one.what, one.before, one.after) for one in planned.effects] == [
        ("status", "triggered", "acknowledged"),
        ("acknowledged by", "", "opsloom@example.com"),
    ]
    assert (planned.observed, planned.inverse, planned.conditional) == ((("status", "triggered"),), None, False)
    assert "takes no acknowledgement back" in planned.irreversible


async def test_it_is_sent_once_in_the_name_of_the_configured_user() -> None:
    transport = desk()
    receipt = await apply(await plan(AcknowledgeAlert(alert="PINC001")), transport)
    assert receipt.native_id == "PINC001"
    assert changes_in(transport) == [
        ("PUT /incidents/PINC001", {"incident": {"type": "incident_reference", "status": "acknowledged"}})
    ]
    headers = transport.requests[-1].headers
    assert (headers["from"], headers["authorization"]) == ("opsloom@example.com", "Token token=secret-of-W")
    assert headers["accept"] == "application/vnd.pagerduty+json;version=2"


@pytest.mark.parametrize("moved", [ACKNOWLEDGED, RESOLVED])
async def test_an_incident_that_moved_is_not_acknowledged(moved: dict[str, Any]) -> None:
    planned = await plan(AcknowledgeAlert(alert="PINC001"))
    transport = desk(moved)
    with pytest.raises(ConflictError, match="nothing was changed"):
        await apply(planned, transport)
    assert changes_in(transport) == []


@pytest.mark.parametrize(
    ("incident", "sight"),
    [(account.incident(), Sight.ABSENT), (ACKNOWLEDGED, Sight.PRESENT), (RESOLVED, Sight.PRESENT)],
)
async def test_an_acknowledgement_is_seen_by_the_status(incident: dict[str, Any], sight: Sight) -> None:
    seen = await observe(await plan(AcknowledgeAlert(alert="PINC001")), desk(incident))
    assert (seen.sight, seen.state[0]) == (sight, ("status", incident["status"]))


@pytest.mark.parametrize(
    ("incident", "change", "said"),
    [
        (ACKNOWLEDGED, AcknowledgeAlert(alert="PINC001"), "acknowledged already, by oncall-b"),
        (RESOLVED, AcknowledgeAlert(alert="PINC001"), "is resolved"),
        (RESOLVED, update(snooze_seconds=60), "is resolved"),
        (RESOLVED, update(escalate_to="2"), "is resolved"),
        (RESOLVED, update(close=True), "is resolved"),
        (None, update(snooze_seconds=604_801), "from 1 to 604800"),
        (None, update(escalate_to="3"), "nobody is on call on level 3 .*somebody is on: 1, 2"),
        (None, update(escalate_to="oncall-a"), "is with oncall-a already"),
        (None, update(escalate_to="payments-escalation"), "is with escalation policy payments-escalation already"),
        (None, update(escalate_to="nobody-x"), "no user, escalation policy or schedule named nobody-x"),
        (None, update(escalate_to=" "), "target is empty"),
        (None, update(comment=" "), "give a comment, or one of"),
        (None, update(close=True, snooze_seconds=60), "give a comment, or one of"),
    ],
)
async def test_what_changes_nothing_or_cannot_be_is_refused_with_what_would_do(
    incident: dict[str, Any] | None, change: Any, said: str
) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        await plan(change, desk(incident))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (UnacknowledgeAlert(alert="PINC001"), "escalate_to notifies people again"),
        (update(comment="why", snooze_seconds=60), "comment in a request of its own"),
        (update(comment="why", escalate_to="2"), "comment in a request of its own"),
    ],
)
async def test_what_pagerduty_cannot_do_in_one_request_is_unsupported(change: Any, said: str) -> None:
    with pytest.raises(UnsupportedError, match=said):
        await plan(change)


async def test_a_comment_is_a_note_that_is_found_again_by_its_marker() -> None:
    planned = await plan(update(comment="rolled back"), desk(RESOLVED))
    transport = desk(RESOLVED)
    await apply(planned, transport)
    ((path, body),) = changes_in(transport)
    text = body["note"]["content"]
    assert path == "POST /incidents/PINC001/notes"
    assert text == f"rolled back\n\n({MARKER}: asked for by oncall-a, approved by lead-b)"
    assert (await observe(planned, desk(notes=[account.note(text)]))).sight is Sight.PRESENT
    assert (await observe(planned, desk(notes=[account.note("rolled back")]))).sight is Sight.ABSENT


async def test_a_snooze_is_seen_by_another_time_at_which_it_triggers_again() -> None:
    planned = await plan(update(snooze_seconds=3_600))
    transport = desk()
    await apply(planned, transport)
    assert changes_in(transport) == [("POST /incidents/PINC001/snooze", {"duration": 3_600})]
    after = account.incident(status="acknowledged", pending_actions=SNOOZED)
    assert (await observe(planned, desk(after))).sight is Sight.PRESENT
    assert (await observe(planned, desk())).sight is Sight.ABSENT


async def test_a_snooze_of_what_is_snoozed_is_not_taken_for_the_old_one() -> None:
    snoozed = account.incident(status="acknowledged", pending_actions=SNOOZED)
    planned = await plan(update(snooze_seconds=3_600), desk(snoozed))
    assert planned.effects[1].before == "2026-03-03T10:21:00Z"
    assert (await observe(planned, desk(snoozed))).sight is Sight.ABSENT


@pytest.mark.parametrize(
    ("to", "sent", "shown"),
    [
        ("2", {"escalation_level": 2}, "level 2 of payments-escalation: oncall-b"),
        (
            "ONCALL-B@example.com",
            {"assignments": [{"assignee": {"id": "PUSER02", "type": "user_reference"}}]},
            "oncall-b",
        ),
        (
            "platform",
            {"escalation_policy": {"id": "PPOL002", "type": "escalation_policy_reference"}},
            "escalation policy platform",
        ),
    ],
)
async def test_an_escalation_goes_to_a_level_a_user_or_a_policy(to: str, sent: dict[str, Any], shown: str) -> None:
    planned = await plan(update(escalate_to=to))
    assert [(one.what, one.before, one.after) for one in planned.effects] == [("assigned to", "oncall-a", shown)]
    transport = desk()
    await apply(planned, transport)
    assert changes_in(transport) == [("PUT /incidents/PINC001", {"incident": {"type": "incident_reference", **sent}})]


async def test_a_schedule_stands_for_who_is_on_call_on_it() -> None:
    held = account.incident(assignments=[{"at": "2026-03-03T09:00:00Z", "assignee": account.SECOND}])
    transport = desk(held, shifts=(account.on_call(account.USER, 1),))
    planned = await plan(update(escalate_to="payments-primary"), transport)
    assert planned.effects[0].after == "oncall-a, on call on payments-primary"
    assert "GET /oncalls schedule_ids[]=PSCH001" in asked(transport)[-1]


async def test_an_escalation_is_stale_once_somebody_else_is_on_call() -> None:
    planned = await plan(update(escalate_to="2"))
    with pytest.raises(ConflictError):
        await apply(planned, desk(shifts=(account.on_call(account.USER, 2),)))


async def test_an_escalation_is_looked_for_by_whom_it_was_planned_for() -> None:
    planned = await plan(update(escalate_to="2"))
    theirs = account.incident(assignments=[{"at": "2026-03-03T09:21:00Z", "assignee": account.SECOND}])
    assert (await observe(planned, desk(theirs, shifts=()))).sight is Sight.PRESENT
    assert (await observe(planned, desk())).sight is Sight.ABSENT


async def test_closing_resolves_it_with_the_comment_and_the_marker() -> None:
    planned = await plan(update(close=True, comment="rolled back"))
    assert ("alerts", "2 triggered", "resolved") in [(one.what, one.before, one.after) for one in planned.effects]
    transport = desk()
    await apply(planned, transport)
    ((_, body),) = changes_in(transport)
    assert body["incident"]["status"] == "resolved"
    assert body["incident"]["resolution"].startswith(f"rolled back\n\n({MARKER}:")
    assert (await observe(planned, desk(RESOLVED))).sight is Sight.PRESENT
    assert (await observe(planned, desk())).sight is Sight.ABSENT


async def test_two_users_of_one_name_are_told_apart_by_e_mail() -> None:
    twins = [
        account.user(account.USER, "a@example.com"),
        account.user({**account.SECOND, "summary": "oncall-a"}, "b@x.io"),
    ]
    transport = provider(
        {
            "GET /incidents/PINC001": {"incident": account.incident()},
            "GET /users": account.listed("users", *twins),
        }
    )
    with pytest.raises(InvalidRequestError, match="2 are named oncall-a in PagerDuty; name a user by e-mail"):
        await plan(update(escalate_to="oncall-a"), transport)
    assert (await plan(update(escalate_to="b@x.io"), transport)).effects[0].after == "oncall-a"
