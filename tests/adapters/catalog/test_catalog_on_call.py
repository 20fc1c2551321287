"""Owners, who is on call, and whom to call next."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsloom.model.ownership import EscalationStep, Link, Team
from tests.adapters.catalog.documents import component, owners, write


def march(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


async def test_the_owner_is_a_team_with_the_people_that_either_side_names(shop: Path) -> None:
    [row] = (await owners(shop, service="payments")).rows
    assert row.teams == (
        Team(
            name="Payments",
            title="The payments team",
            members=("oncall-a", "oncall-b"),
            contacts=(Link(title="e-mail", url="mailto:payments@example.com"),),
        ),
    )
    assert row.matched_by == "teams/payments.yaml: metadata.name"


@pytest.mark.parametrize(
    ("at", "users"),
    [
        (march(1), ["oncall-a"]),
        (march(7, 23), ["oncall-a"]),
        (march(8), ["oncall-b"]),
        (march(10, 12), ["oncall-b", "shadow"]),
        (march(14, 23), ["oncall-b"]),
    ],
)
async def test_the_pager_is_with_those_whose_shift_holds_the_time(shop: Path, at: datetime, users: list[str]) -> None:
    page = await owners(shop, service="payments", at=at)
    assert [held.user for held in page.rows[0].on_call] == users
    assert {held.schedule for held in page.rows[0].on_call} == {"payments-primary"}
    assert page.notes == ()


async def test_times_of_shifts_are_utc(shop: Path) -> None:
    [row] = (await owners(shop, service="payments", at=march(9))).rows
    assert row.on_call[0].starts_at.isoformat() == "2026-03-08T00:00:00+00:00"


@pytest.mark.parametrize("at", [march(15), datetime(2026, 2, 28, tzinfo=UTC)])
async def test_a_gap_in_the_schedule_is_said(shop: Path, at: datetime) -> None:
    page = await owners(shop, service="payments", at=at)
    assert page.rows[0].on_call == ()
    assert page.notes == (f"nobody is on call for group:default/payments at {at:%Y-%m-%dT%H:%M:%SZ}",)


async def test_the_escalation_is_told_soonest_first(shop: Path) -> None:
    [row] = (await owners(shop, service="payments")).rows
    assert row.escalation == (
        EscalationStep(after_seconds=0, notify="schedule:payments-primary"),
        EscalationStep(after_seconds=15 * 60, notify="role:platform-lead"),
        EscalationStep(after_seconds=30 * 60, notify="role:director"),
        EscalationStep(after_seconds=45 * 60, notify="role:vendor-bridge"),
    )


async def test_an_owner_that_does_not_exist_is_named_and_said(shop: Path) -> None:
    page = await owners(shop, service="checkout")
    assert page.rows[0].teams == (Team(name="checkout-team"),)
    assert page.notes == (
        "the owner group:default/checkout-team is not in the catalogue",
        "group:default/checkout-team has no on-call schedule in the catalogue",
        "group:default/checkout-team has no escalation policy in the catalogue",
    )


@pytest.mark.parametrize("spec", ["{}", "{owner: ''}", "{owner: null}", "{owner: 'not a: ref/at/all'}"])
async def test_a_service_without_an_owner_is_an_answer_that_says_so(shop: Path, spec: str) -> None:
    write(shop, {"more.yaml": component("orphan", spec)})
    page = await owners(shop, service="orphan")
    assert page.rows[0].teams == ()
    assert page.notes == ("orphan has no owner that can be read",)


async def test_a_user_can_own_a_service(shop: Path) -> None:
    write(shop, {"more.yaml": component("toy", "{owner: 'user:oncall-a'}")})
    page = await owners(shop, service="toy")
    assert page.rows[0].teams == (Team(name="oncall-a", members=("oncall-a",)),)
