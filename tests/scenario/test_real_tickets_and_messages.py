"""Tickets, messages and pages, asked for over MCP and approved: what the tracker and the file hold afterwards."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bed.bed import Bed
from tests.bed.http_client import client
from tests.scenario.shift import APPROVER, Shift


async def test_tickets_are_created_and_updated_in_the_real_tracker(bed: Bed, any_shift: Shift) -> None:
    created = await any_shift.done(
        "create_ticket", title="checkout fails", description="Since 2.42.0.", service="checkout",
        reason="it needs a memory",
    )  # fmt: skip
    assert created["status"] == "succeeded", created
    name = created["link"].rpartition("/")[2]
    assert created["link"] == f"{bed.roundup.url}/{name}"
    assert issue(bed, name)["title"] == "checkout fails"

    updated = await any_shift.done(
        "update_ticket", ticket=f"ticket:roundup/{name}", comment="Rolled back.", status="in_progress",
        reason="somebody works on it",
    )  # fmt: skip
    assert (updated["status"], updated["link"]) == ("succeeded", created["link"]), updated
    assert '- status: "unread" -> "in-progress"' in updated["preview"].splitlines()
    assert issue(bed, name)["status"]["name"] == "in-progress"
    assert [text.partition("\n")[0] for text in messages(bed, name)] == ["Since 2.42.0.", "Rolled back."]
    assert all(f"approved by {APPROVER}" in text for text in messages(bed, name))


async def test_an_edit_of_the_ticket_between_approval_and_run_makes_the_update_stale(
    bed: Bed, any_shift: Shift
) -> None:
    ticket = (await any_shift.rows("search_tickets", query="flickers"))[0]
    name = ticket["key"]
    asked = await any_shift.ask("update_ticket", ticket=ticket["ref"], status="closed", reason="it is mended")
    await any_shift.approve(asked)
    with bed.roundup.client() as rest:
        etag = rest.get(f"/rest/data/issue/{name.removeprefix('issue')}").headers["ETag"]
        change = {"title": f"{ticket['title']} sometimes"}
        headers = {"If-Match": etag}
        rest.patch(f"/rest/data/issue/{name.removeprefix('issue')}", json=change, headers=headers).raise_for_status()
    before = issue(bed, name)
    answer = await any_shift.outcome(asked)
    assert answer["status"] == "stale", answer
    assert [one.partition(":")[0] for one in answer["differences"]] == ["etag"]
    assert issue(bed, name) == before


def issue(bed: Bed, name: str) -> dict[str, Any]:
    with bed.roundup.client() as rest:
        number = name.removeprefix("issue")
        data = rest.get(f"/rest/data/issue/{number}", params={"@verbose": "2"}).raise_for_status().json()["data"]
    attributes: dict[str, Any] = data["attributes"]
    return attributes


def messages(bed: Bed, name: str) -> list[str]:
    """The texts of a ticket's messages, in the order in which they were written."""
    with bed.roundup.client() as rest:
        idents = sorted(int(one["id"]) for one in issue(bed, name)["messages"])
        told = [rest.get(f"/rest/data/msg/{ident}/content").raise_for_status().json() for ident in idents]
    return [one["data"]["data"] for one in told]


async def test_a_message_and_a_page_leave_once_and_the_page_goes_to_the_step_that_is_due(
    bed: Bed, any_shift: Shift
) -> None:
    message = await any_shift.done("send_message", channel="shop-ops", text="checkout is back", reason="they wait")
    page = await any_shift.done("page_owner", service="inventory", text="please look", reason="it is theirs")
    assert (message["status"], page["status"]) == ("succeeded", "succeeded")
    again = await any_shift.ask("send_message", channel="shop-ops", text="checkout is back", reason="they wait")
    assert again["action"] == message["action"]  # the same words so soon are a client's retry
    sent = [json.loads(line) for line in bed.notifications.read_text("utf-8").splitlines()]
    (post,) = [one for one in sent if one["dedup_key"] == f"opsloom-{message['action']}"]
    (call,) = [one for one in sent if one["dedup_key"] == f"opsloom-{page['action']}"]
    assert (post["channel"], post["text"], post["approved_by"]) == ("shop-ops", "checkout is back", APPROVER)
    assert (call["event"], call["target"], call["text"]) == ("page", "schedule:warehouse-primary", "please look")
    assert "Undo: NOT POSSIBLE" in message["preview"]
    refused = await any_shift.refusal("send_message", channel="elsewhere", text="checkout is back", reason="they wait")
    assert "it may use: shop-*" in refused


async def test_after_twenty_minutes_of_an_alert_the_page_goes_to_the_next_step(bed: Bed, any_shift: Shift) -> None:
    labels = {"alertname": "StockIsWrong", "service": "inventory", "severity": "critical"}
    now = datetime.now(UTC)
    tell(bed, labels, now - timedelta(minutes=20), now + timedelta(minutes=1))
    try:
        asked = await any_shift.ask(
            "page_owner", service="inventory", text="still wrong", reason="nobody answers", dry_run=True
        )
    finally:
        tell(bed, labels, now - timedelta(minutes=20), now)
    assert "Targets: role:platform-lead" in asked["preview"].splitlines()


def tell(bed: Bed, labels: dict[str, str], starts_at: datetime, ends_at: datetime) -> None:
    """Send one alert to Alertmanager, as Prometheus does."""
    alert = {"labels": labels, "startsAt": starts_at.isoformat(), "endsAt": ends_at.isoformat()}
    with client(bed.alertmanager.url) as alertmanager:
        alertmanager.post("/api/v2/alerts", json=[alert]).raise_for_status()
