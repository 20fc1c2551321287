"""Acknowledging, commenting on and closing problems."""

from typing import Any

import pytest

from opsloom.adapter_api.contract_kit.fake_provider import CannedReply, FakeProvider
from opsloom.model.changes import AcknowledgeAlert, ChangePlan, Sight, UnacknowledgeAlert, UpdateAlert
from opsloom.model.errors import ConflictError, InvalidRequestError, RateLimitedError, UnsupportedError
from opsloom_adapters.dynatrace.mapping import ACKNOWLEDGED
from tests.adapters.canned import MARKER, order_of
from tests.adapters.dynatrace import environment
from tests.adapters.dynatrace.asking import URL, call, changes_in, connected, provider
from tests.adapters.dynatrace.environment import PROBLEM

HELD = environment.comment("Acknowledged: somebody works on this.", ACKNOWLEDGED, "c9")
CLOSED = environment.closed(PROBLEM, "2026-03-03T09:00:00Z", "2026-03-03T09:20:00Z")


def desk(*comments: dict[str, Any], problem: dict[str, Any] | None = None, close: Any = None) -> FakeProvider:
    return provider(
        {
            f"GET /api/v2/problems/{PROBLEM}": problem or environment.problem(),
            f"GET /api/v2/problems/{PROBLEM}/comments": environment.listed("comments", *comments),
            f"POST /api/v2/problems/{PROBLEM}/comments": CannedReply(b"", status=201, headers={}),
            f"POST /api/v2/problems/{PROBLEM}/close": close or {"problemId": PROBLEM, "closing": True},
            f"DELETE /api/v2/problems/{PROBLEM}/comments/c9": CannedReply(b"", status=204, headers={}),
        }
    )


async def plan(change: Any, transport: FakeProvider | None = None) -> ChangePlan:
    async with connected(transport or desk()) as adapter:
        if isinstance(change, UpdateAlert):
            return await adapter.plan_alert_update(change, call())
        return await adapter.plan_acknowledgement(change, call())


async def apply(planned: ChangePlan, transport: FakeProvider) -> None:
    async with connected(transport) as adapter:
        await adapter.apply_alert_update(order_of(planned), call())


async def sight(planned: ChangePlan, transport: FakeProvider) -> Sight:
    async with connected(transport) as adapter:
        return (await adapter.observe_alert_update(order_of(planned), call())).sight


def update(**asked_for: Any) -> UpdateAlert:
    return UpdateAlert(alert=PROBLEM, **asked_for)


async def test_an_acknowledgement_says_that_it_is_a_comment_and_that_dynatrace_goes_on_notifying() -> None:
    planned = await plan(AcknowledgeAlert(alert=PROBLEM))
    assert planned.summary == "problem P-26032870 Failure rate increase: acknowledge"
    assert [(one.what, one.before, one.after) for one in planned.effects] == [
        ("comment", "", "Acknowledged: somebody works on this."),
        (
            "status as opsloom shows it (Dynatrace has no acknowledgement and notifies as before)",
            "firing",
            "acknowledged",
        ),
    ]
    assert planned.inverse == UnacknowledgeAlert(alert=PROBLEM)
    assert planned.link == f"{URL}/#problems/problemdetails;pid={PROBLEM}"


async def test_it_is_a_comment_in_a_context_of_its_own_with_the_marker() -> None:
    planned = await plan(AcknowledgeAlert(alert=PROBLEM, comment="on it"))
    transport = desk()
    await apply(planned, transport)
    text = f"Acknowledged: somebody works on this. on it\n\n({MARKER}: asked for by oncall-a, approved by lead-b)"
    assert changes_in(transport) == [
        (f"POST /problems/{PROBLEM}/comments", {"message": text, "context": "opsloom-acknowledged"})
    ]
    assert transport.requests[-1].headers["authorization"] == "Api-Token secret-of-W"
    assert await sight(planned, desk(environment.comment(text, ACKNOWLEDGED))) is Sight.PRESENT
    assert await sight(planned, desk(HELD)) is Sight.ABSENT


async def test_an_acknowledgement_is_taken_back_by_deleting_its_comment() -> None:
    planned = await plan(UnacknowledgeAlert(alert=PROBLEM), desk(HELD))
    assert planned.effects[0].before == "Acknowledged: somebody works on this."
    assert planned.inverse == AcknowledgeAlert(alert=PROBLEM)
    transport = desk(HELD, environment.comment())
    await apply(planned, transport)
    assert changes_in(transport) == [(f"DELETE /problems/{PROBLEM}/comments/c9", {})]
    assert await sight(planned, desk(environment.comment())) is Sight.PRESENT
    assert await sight(planned, desk(HELD)) is Sight.ABSENT


async def test_a_comment_is_taken_at_any_time_and_found_by_its_marker() -> None:
    planned = await plan(update(comment="post-mortem done"), desk(problem=CLOSED))
    transport = desk()
    await apply(planned, transport)
    ((_, body),) = changes_in(transport)
    assert (body["message"].partition("\n")[0], body["context"]) == ("post-mortem done", "opsloom")
    assert await sight(planned, desk(environment.comment(body["message"], "opsloom"))) is Sight.PRESENT


async def test_closing_sends_the_comment_and_is_seen_by_it_or_by_the_status() -> None:
    planned = await plan(update(close=True, comment="rolled back"))
    assert [(one.what, one.after) for one in planned.effects] == [("status", "CLOSED"), ("comment", "rolled back")]
    transport = desk()
    await apply(planned, transport)
    ((path, body),) = changes_in(transport)
    assert path == f"POST /problems/{PROBLEM}/close"
    assert await sight(planned, desk(environment.comment(body["message"]))) is Sight.PRESENT  # it is being closed
    assert await sight(planned, desk(problem=CLOSED)) is Sight.PRESENT
    assert await sight(planned, desk()) is Sight.ABSENT


async def test_closing_without_a_comment_has_the_text_that_dynatrace_wants() -> None:
    planned = await plan(update(close=True))
    transport = desk()
    await apply(planned, transport)
    assert changes_in(transport)[0][1]["message"].startswith("Closed through opsloom.\n\n(")


async def test_a_problem_that_dynatrace_had_closed_already_is_a_conflict() -> None:
    planned = await plan(update(close=True))
    with pytest.raises(ConflictError, match="had closed the problem already"):
        await apply(planned, desk(close=CannedReply(b"", status=204, headers={})))


@pytest.mark.parametrize(
    ("change", "transport"),
    [
        (update(close=True), desk(problem=CLOSED)),
        (AcknowledgeAlert(alert=PROBLEM), desk(problem=CLOSED)),
        (AcknowledgeAlert(alert=PROBLEM), desk(HELD)),
    ],
)
async def test_a_problem_that_moved_is_left_alone(change: Any, transport: FakeProvider) -> None:
    planned = await plan(change)
    with pytest.raises(ConflictError, match="has changed since the plan"):
        await apply(planned, transport)
    assert changes_in(transport) == []


@pytest.mark.parametrize(
    ("change", "transport", "said"),
    [
        (AcknowledgeAlert(alert=PROBLEM), desk(problem=CLOSED), "is closed; only a comment"),
        (AcknowledgeAlert(alert=PROBLEM), desk(HELD), "is acknowledged already"),
        (UnacknowledgeAlert(alert=PROBLEM), desk(), "no acknowledgement of opsloom"),
        (UnacknowledgeAlert(alert=PROBLEM), desk(HELD, {**HELD, "id": "c10"}), "more than once"),
        (update(close=True), desk(problem=CLOSED), "is closed; only a comment"),
        (update(comment=" "), desk(), "give a comment, or close"),
    ],
)
async def test_what_changes_nothing_or_cannot_be_is_refused_with_the_reason(
    change: Any, transport: FakeProvider, said: str
) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        await plan(change, transport)


@pytest.mark.parametrize("change", [update(snooze_seconds=60), update(escalate_to="payments")])
async def test_snoozing_and_escalating_are_not_dynatraces(change: UpdateAlert) -> None:
    transport = desk()
    with pytest.raises(UnsupportedError, match="neither snoozes nor escalates"):
        await plan(change, transport)
    assert transport.requests == []


async def test_a_refusal_for_too_many_requests_tells_when_to_come_back() -> None:
    asked = call()
    reset = int((asked.wall_clock.now().timestamp() + 30) * 1_000_000)
    headers = {"x-ratelimit-limit": "50", "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    transport = provider({"GET /api/v2/problems": CannedReply(b"{}", status=429, headers=headers)})
    async with connected(transport) as adapter:
        with pytest.raises(RateLimitedError) as refused:
            await adapter.probe(asked)
    assert refused.value.retry_after_seconds == pytest.approx(30, abs=5)
    assert len(transport.requests) == 1  # that is beyond the deadline
