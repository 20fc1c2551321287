"""Paging somebody through PagerDuty."""

from typing import Any

import pytest

from opsloom.adapter_api.contract_kit.fake_provider import CannedReply, FakeProvider
from opsloom.model.changes import ChangePlan, PagePerson, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError, OutcomeUnknownError, UnexpectedAnswerError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.pagerduty import account
from tests.adapters.pagerduty.asking import asked, call, changes_in, connected, provider

CHANGE = PagePerson(target="oncall-b", text="checkout fails:\n5 % of requests", service="checkout")


def desk(found: tuple[dict[str, Any], ...] = (), made: Any = None, **rows: Any) -> FakeProvider:
    users = (account.user(account.SECOND, "oncall-b@example.com"), account.user(account.USER, "opsloom@example.com"))
    services = (account.service(), account.service("PSVC009", "on-call desk"))
    return provider(
        {
            "GET /incidents": account.listed("incidents", *found),
            "GET /services": account.listed("services", *services),
            "GET /users": account.listed("users", *rows.get("users", users)),
            "GET /escalation_policies": account.listed("escalation_policies", account.named(account.POLICY)),
            "GET /schedules": account.listed("schedules", account.named(account.SCHEDULE)),
            "GET /oncalls": account.listed("oncalls", *rows.get("shifts", ())),
            "POST /incidents": made or {"incident": account.incident("PINC009", incident_key=MARKER)},
        }
    )


async def plan(change: PagePerson = CHANGE, transport: FakeProvider | None = None, **settings: Any) -> ChangePlan:
    async with connected(transport or desk(), **settings) as adapter:
        return await adapter.plan_page(change, call())


async def test_a_page_says_whom_it_wakes_and_on_which_service() -> None:
    planned = await plan()
    assert planned.change == CHANGE
    assert planned.summary == "page oncall-b: checkout fails: 5 % of requests"
    assert (planned.targets, planned.services) == (("oncall-b",), ("checkout",))
    assert planned.observed == (("user", "PUSER02"), ("escalation_policy", ""), ("service", "PSVC001"))
    assert planned.effects[0].what == "incident of high urgency on service checkout"
    assert (planned.inverse, bool(planned.irreversible)) == (None, True)


async def test_it_is_an_incident_of_high_urgency_with_the_marker_as_its_key() -> None:
    transport = desk()
    planned = await plan()
    async with connected(transport) as adapter:
        receipt = await adapter.apply_page(order_of(planned), call())
    assert receipt.native_id == "PINC009"
    assert changes_in(transport) == [
        (
            "POST /incidents",
            {
                "incident": {
                    "type": "incident",
                    "title": "checkout fails: 5 % of requests",
                    "service": {"id": "PSVC001", "type": "service_reference"},
                    "urgency": "high",
                    "incident_key": MARKER,
                    "body": {
                        "type": "incident_body",
                        "details": "checkout fails:\n5 % of requests\n\n"
                        f"({MARKER}: asked for by oncall-a, approved by lead-b)",
                    },
                    "assignments": [{"assignee": {"id": "PUSER02", "type": "user_reference"}}],
                }
            },
        )
    ]
    assert transport.requests[-1].headers["from"] == "opsloom@example.com"


async def test_a_policy_is_paged_as_such() -> None:
    transport = desk()
    planned = await plan(PagePerson(target="payments-escalation", text="help", service="checkout"))
    async with connected(transport) as adapter:
        await adapter.apply_page(order_of(planned), call())
    ((_, body),) = changes_in(transport)
    assert body["incident"]["escalation_policy"] == {"id": "PPOL001", "type": "escalation_policy_reference"}
    assert "assignments" not in body["incident"]


async def test_a_page_is_stale_once_somebody_else_holds_the_schedule() -> None:
    change = PagePerson(target="payments-primary", text="help", service="checkout")
    planned = await plan(change, desk(shifts=(account.on_call(account.SECOND, 1),)))
    assert planned.targets == ("oncall-b, on call on payments-primary",)
    later = desk(shifts=(account.on_call(account.reference("user", "PUSER03", "oncall-c", "users"), 1),))
    async with connected(later) as adapter:
        with pytest.raises(ConflictError, match="nobody was paged"):
            await adapter.apply_page(order_of(planned), call())
    assert changes_in(later) == []


async def test_a_page_without_a_service_goes_to_that_of_the_settings() -> None:
    planned = await plan(PagePerson(target="oncall-b", text="help"), page_service="on-call desk")
    assert isinstance(planned.change, PagePerson)
    assert planned.change.service == "on-call desk"
    assert ("service", "PSVC009") in planned.observed


async def test_a_service_that_pagerduty_does_not_know_is_paged_on_that_of_the_settings() -> None:
    planned = await plan(PagePerson(target="oncall-b", text="help", service="cart"), page_service="on-call desk")
    assert planned.effects[0].what == "incident of high urgency on service on-call desk"
    assert planned.services == ("cart",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (PagePerson(target="oncall-b", text="help", service="cart"), "no service cart to page on; .* page_service"),
        (PagePerson(target="oncall-b", text="help"), "page_service"),
        (PagePerson(target="nobody-x", text="help", service="checkout"), "no user, escalation policy or schedule"),
        (
            PagePerson(target="oncall-a", text="help", service="checkout"),
            "does not notify people of incidents that they",
        ),
        (
            PagePerson(target="payments-primary", text="help", service="checkout"),
            "on schedule payments-primary is nobody",
        ),
        (PagePerson(target="oncall-b", text=" ", service="checkout"), "text is empty"),
    ],
)
async def test_a_page_that_would_wake_nobody_is_refused(change: PagePerson, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        await plan(change)


async def test_a_page_is_found_by_its_key_whether_open_or_not() -> None:
    ended = account.resolved("PINC009", "2026-03-03T09:00:00Z", "2026-03-03T09:10:00Z", incident_key=MARKER)
    planned = await plan()
    transport = desk(found=(ended,))
    async with connected(transport) as adapter:
        seen = await adapter.observe_page(order_of(planned), call())
    assert (seen.sight, seen.state) == (Sight.PRESENT, (("incident", "PINC009"), ("status", "resolved")))
    assert asked(transport) == [f"GET /incidents incident_key={MARKER} date_range=all limit=100 offset=0"]


async def test_another_incident_is_not_taken_for_the_page() -> None:
    planned = await plan()
    async with connected(desk(found=(account.incident(),))) as adapter:
        assert (await adapter.observe_page(order_of(planned), call())).sight is Sight.ABSENT


async def test_a_success_that_names_no_incident_leaves_it_in_doubt() -> None:
    planned = await plan()
    async with connected(desk(made={"ok": True})) as adapter:
        with pytest.raises(OutcomeUnknownError):
            await adapter.apply_page(order_of(planned), call())


async def test_a_second_open_incident_of_the_same_key_is_refused_by_pagerduty() -> None:
    planned = await plan()
    body = b'{"error": {"message": "Arguments Caused Error", "code": 2002, "errors": ["matching incident exists"]}}'
    async with connected(desk(made=CannedReply(body, status=400))) as adapter:
        with pytest.raises(UnexpectedAnswerError, match="refused the request"):
            await adapter.apply_page(order_of(planned), call())
