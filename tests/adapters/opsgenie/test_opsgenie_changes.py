"""What can be done to an alert: the plan, the one action that Opsgenie is handed, and how it is seen again."""

from typing import Any

import httpx
import pytest

from opsloom.model.changes import (
    AcknowledgeAlert,
    Acknowledgement,
    ChangePlan,
    Effect,
    Observation,
    Receipt,
    Sight,
    UnacknowledgeAlert,
    UpdateAlert,
    UpdateTicket,
)
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, OpsloomError, OutcomeUnknownError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.opsgenie.asking import ACCEPTED, ALERT, ID, NOTES, Opsgenie, alert, call_at, connected, said

NOTE = f"({MARKER}: asked for by oncall-a, approved by lead-b)"
ACKNOWLEDGE = f"POST /v2/alerts/{ID}/acknowledge"
ESCALATIONS = "GET /v2/escalations"
ACK = AcknowledgeAlert(alert=ID, comment="looking")
Change = Acknowledgement | UpdateAlert


def of(**more: Any) -> dict[str, Any]:
    return {ALERT: said(alert(**more))}


async def plan(opsgenie: Opsgenie, change: Change) -> ChangePlan:
    async with connected(opsgenie) as adapter:
        if isinstance(change, UpdateAlert):
            return await adapter.plan_alert_update(change, call_at())
        return await adapter.plan_acknowledgement(change, call_at())


async def apply(opsgenie: Opsgenie, planned: ChangePlan) -> Receipt:
    async with connected(opsgenie) as adapter:
        if isinstance(planned.change, UpdateAlert):
            return await adapter.apply_alert_update(order_of(planned), call_at())
        return await adapter.apply_acknowledgement(order_of(planned), call_at())


async def observe(planned: ChangePlan, note: str, **more: Any) -> Observation:
    opsgenie = Opsgenie({**of(**more), NOTES: said([{"note": note}] if note else [])})
    async with connected(opsgenie) as adapter:
        if isinstance(planned.change, UpdateAlert):
            return await adapter.observe_alert_update(order_of(planned), call_at())
        return await adapter.observe_acknowledgement(order_of(planned), call_at())


async def sent(change: Change, action: str, replies: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The body that is sent for ``change``."""
    world = {**of(**more), **(replies or {})}
    planned = await plan(Opsgenie(world), change)
    opsgenie = Opsgenie({**world, f"POST /v2/alerts/{ID}/{action}": ACCEPTED})
    await apply(opsgenie, planned)
    assert opsgenie.requests[-1].url.params["identifierType"] == "id"
    body: dict[str, Any] = opsgenie.body()
    return body


async def test_an_acknowledgement_is_planned_from_the_alert_alone() -> None:
    opsgenie = Opsgenie(of())
    planned = await plan(opsgenie, ACK)
    assert opsgenie.asked == [ALERT]
    assert planned.summary == "acknowledge the alert: 5 % of requests fail"
    assert planned.effects == (
        Effect(what="acknowledged", before="no", after="yes"),
        Effect(what="escalation", before="goes on until somebody acknowledges", after="stops"),
        Effect(what="note", before="", after="looking"),
    )
    assert planned.observed == (("status", "open"), ("acknowledged", "no"), ("snoozed", "no"))
    assert planned.inverse == UnacknowledgeAlert(alert=ID)
    assert (planned.services, planned.targets) == (("checkout",), (f"alert:opsgenie-eu/{ID}",))


async def test_an_acknowledgement_is_handed_over_once_with_its_note_and_the_key_for_changes() -> None:
    planned = await plan(Opsgenie(of()), ACK)
    opsgenie = Opsgenie({**of(), ACKNOWLEDGE: ACCEPTED})
    receipt = await apply(opsgenie, planned)
    assert opsgenie.asked == [ALERT, ACKNOWLEDGE]
    assert opsgenie.body() == {"user": "opsloom for oncall-a", "source": "opsloom", "note": f"looking\n{NOTE}"}
    assert opsgenie.requests[-1].headers["authorization"] == "GenieKey secret-of-OPSGENIE_WRITE_KEY"
    assert (receipt.native_id, receipt.inverse) == (ID, UnacknowledgeAlert(alert=ID))


async def test_taking_it_back_is_the_other_way_round() -> None:
    planned = await plan(Opsgenie(of(acknowledged=True)), UnacknowledgeAlert(alert=ID))
    assert planned.inverse == AcknowledgeAlert(alert=ID)
    assert planned.effects[1] == Effect(what="escalation", before="stopped", after="begins again")
    body = await sent(UnacknowledgeAlert(alert=ID), "unacknowledge", acknowledged=True)
    assert body["note"] == NOTE


@pytest.mark.parametrize(
    ("change", "stands", "text"),
    [
        (ACK, {"acknowledged": True, "report": {"acknowledgedBy": "lead-b"}}, "acknowledged by lead-b already"),
        (ACK, {"acknowledged": True}, "this alert is acknowledged already"),
        (UnacknowledgeAlert(alert=ID), {}, "not acknowledged already"),
        (ACK, {"status": "closed"}, "this alert is closed; only a comment can be added"),
        (UpdateAlert(alert=ID, close=True), {"status": "closed"}, "this alert is closed"),
        (UpdateAlert(alert=ID, snooze_seconds=60), {"status": "closed"}, "this alert is closed"),
        (UpdateAlert(alert=ID), {}, "give exactly one of comment, snooze_seconds"),
        (UpdateAlert(alert=ID, comment="  "), {}, "give exactly one"),
        (UpdateAlert(alert=ID, close=True, snooze_seconds=60), {}, "give exactly one"),
        (UpdateAlert(alert=ID, snooze_seconds=0), {}, "from 1 to 604800"),
        (UpdateAlert(alert=ID, snooze_seconds=604_801), {}, "from 1 to 604800"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_the_reason(
    change: Change, stands: dict[str, Any], text: str
) -> None:
    with pytest.raises(InvalidRequestError, match=text):
        await plan(Opsgenie(of(**stands)), change)


async def test_an_alert_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        await plan(Opsgenie({ALERT: httpx.Response(404)}), ACK)


async def test_a_comment_becomes_a_note_even_of_a_closed_alert() -> None:
    planned = await plan(Opsgenie(of(status="closed")), UpdateAlert(alert=ID, comment="was a deploy"))
    assert planned.effects == (Effect(what="note", before="", after="was a deploy"),)
    assert planned.observed == (("alert", ID),)
    assert planned.irreversible == "Opsgenie cannot take back a note"
    body = await sent(UpdateAlert(alert=ID, comment="was a deploy"), "notes", status="closed")
    assert body["note"] == f"was a deploy\n{NOTE}"


async def test_a_snooze_ends_so_long_after_it_is_applied() -> None:
    change = UpdateAlert(alert=ID, snooze_seconds=5_400)
    planned = await plan(Opsgenie(of(acknowledged=True)), change)
    assert planned.effects == (
        Effect(what="notifications", before="sent", after="none for 90 min"),
        Effect(what="acknowledged", before="yes", after="no, once the snooze ends"),
    )
    assert (await sent(change, "snooze"))["endTime"] == "2026-03-03T10:51:00Z"


async def test_an_escalation_is_chosen_by_name_and_sent_by_id() -> None:
    known = {ESCALATIONS: said([{"id": "e1", "name": "payments_escalation"}, {"id": "e2", "name": "Everybody"}])}
    change = UpdateAlert(alert=ID, escalate_to=" everybody", comment="help")
    planned = await plan(Opsgenie({**of(), **known}), change)
    assert planned.change == UpdateAlert(alert=ID, escalate_to="Everybody", comment="help")
    assert planned.summary == "escalate the alert to Everybody: 5 % of requests fail"
    body = await sent(change, "escalate", known)
    assert (body["escalation"], body["note"]) == ({"id": "e2"}, f"help\n{NOTE}")


async def test_who_is_no_escalation_is_refused_with_those_that_there_are() -> None:
    known = {ESCALATIONS: said([{"id": "e1", "name": "payments_escalation"}, {"id": "e2", "name": "Everybody"}])}
    with pytest.raises(InvalidRequestError, match="valid are Everybody, payments_escalation"):
        await plan(Opsgenie({**of(), **known}), UpdateAlert(alert=ID, escalate_to="oncall-a"))


async def test_closing_cannot_be_taken_back() -> None:
    planned = await plan(Opsgenie(of()), UpdateAlert(alert=ID, close=True))
    assert planned.effects == (Effect(what="status", before="open", after="closed"),)
    assert (planned.inverse, planned.irreversible) == (None, "Opsgenie cannot open a closed alert again")
    assert (await sent(UpdateAlert(alert=ID, close=True), "close"))["note"] == NOTE


@pytest.mark.parametrize("change", [ACK, UpdateAlert(alert=ID, close=True)], ids=["acknowledge", "close"])
async def test_an_alert_that_moved_since_the_plan_is_left_alone(change: Change) -> None:
    planned = await plan(Opsgenie(of()), change)
    opsgenie = Opsgenie(of(snoozed=True))
    with pytest.raises(ConflictError, match="has changed since the plan"):
        await apply(opsgenie, planned)
    assert opsgenie.asked == [ALERT]


async def test_an_alert_that_only_occurred_again_is_the_same() -> None:
    planned = await plan(Opsgenie(of()), ACK)
    again = of(count=80, updatedAt="2026-03-03T09:30:00Z", lastOccurredAt="2026-03-03T09:30:00Z")
    opsgenie = Opsgenie({**again, ACKNOWLEDGE: ACCEPTED})
    await apply(opsgenie, planned)
    assert opsgenie.asked == [ALERT, ACKNOWLEDGE]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.Response(500), OutcomeUnknownError),
        (httpx.ReadTimeout("late"), OutcomeUnknownError),
        (httpx.Response(422, json={"message": "no"}), OpsloomError),
    ],
    ids=repr,
)
async def test_an_action_is_sent_once_whatever_is_answered(reply: object, error: type[OpsloomError]) -> None:
    planned = await plan(Opsgenie(of()), ACK)
    opsgenie = Opsgenie({**of(), ACKNOWLEDGE: reply})
    with pytest.raises(error):
        await apply(opsgenie, planned)
    assert opsgenie.asked.count(ACKNOWLEDGE) == 1


@pytest.mark.parametrize(
    ("note", "stands", "sight"),
    [
        (f"looking\n{NOTE}", {"acknowledged": True}, Sight.PRESENT),
        (f"looking\n{NOTE}", {"acknowledged": False}, Sight.ABSENT),
        (f"looking\n{NOTE}", {"acknowledged": True, "status": "closed"}, Sight.ABSENT),
        (NOTE.replace(MARKER, f"{MARKER}0"), {"acknowledged": True}, Sight.ABSENT),
        ("", {"acknowledged": True}, Sight.ABSENT),
    ],
)
async def test_an_acknowledgement_is_seen_by_its_note_while_it_lasts(
    note: str, stands: dict[str, Any], sight: Sight
) -> None:
    planned = await plan(Opsgenie(of()), ACK)
    seen = await observe(planned, note, **stands)
    assert seen.sight is sight
    assert dict(seen.state)["acknowledged"] == ("yes" if stands["acknowledged"] else "no")


@pytest.mark.parametrize(
    ("asked", "stands", "sight"),
    [
        ({"comment": "x"}, {}, Sight.PRESENT),
        ({"close": True}, {"status": "closed"}, Sight.PRESENT),
        ({"close": True}, {}, Sight.ABSENT),
        ({"snooze_seconds": 60}, {"snoozed": True}, Sight.PRESENT),
        ({"snooze_seconds": 60}, {}, Sight.ABSENT),
    ],
)
async def test_an_update_is_seen_by_its_note_and_by_what_it_leads_to(
    asked: dict[str, Any], stands: dict[str, Any], sight: Sight
) -> None:
    planned = await plan(Opsgenie(of()), UpdateAlert(alert=ID, **asked))
    assert (await observe(planned, NOTE, **stands)).sight is sight
    assert (await observe(planned, "", **stands)).sight is Sight.ABSENT


async def test_an_order_for_something_else_is_refused() -> None:
    planned = await plan(Opsgenie(of()), ACK)
    other = order_of(planned.model_copy(update={"change": UpdateTicket(ticket="1")}))
    async with connected(Opsgenie({})) as adapter:
        with pytest.raises(InvalidRequestError, match="none for update_alert"):
            await adapter.apply_alert_update(other, call_at())
        with pytest.raises(InvalidRequestError, match="none for acknowledge_alert"):
            await adapter.apply_acknowledgement(other, call_at())
