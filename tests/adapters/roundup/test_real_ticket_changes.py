"""Changes of tickets in a Roundup tracker (classic template) of their own: other tests count on theirs as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from opsloom.model.changes import Change, CreateTicket, Effect, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, OutcomeUnknownError
from opsloom.model.tickets import Ticket, TicketStatus
from tests.adapters.roundup.asking import call_at, connected
from tests.adapters.roundup.desk import Desk, order_of
from tests.bed.processes import Processes
from tests.bed.roundup.tracker import Tracker, start_tracker

HOSTILE = (
    'it\'s "quoted" -- and; DROP TABLE issue',
    "--output=/etc/x",
    "<script>alert(1)</script> &amp; %s {0} $HOME",
    "+1,-2,@op",
    "null\x00escape\x1b[31m",
    "d\u00e9j\u00e0 vu \u202e\u4f60\u597d \U0001f525",
)
Meddling = Callable[[httpx.Request], None]


def nothing(_request: httpx.Request) -> None:
    pass


class Line(httpx.AsyncHTTPTransport):
    """The network, with somebody who acts ``before`` a request arrives, or ``after`` it was answered."""

    def __init__(self, requests: list[httpx.Request], before: Meddling, after: Meddling) -> None:
        super().__init__()
        self._requests, self._before, self._after = requests, before, after

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._requests.append(request)
        self._before(request)
        response = await super().handle_async_request(request)
        self._after(request)
        return response


@dataclass(frozen=True)
class Seen:
    """A ticket as its tracker has it, told past the adapter."""

    title: str
    status: str
    assignee: str | None
    priority: str | None
    messages: tuple[str, ...]


class Shop:
    """The tracker, a desk at it, and colleagues who use it as well."""

    def __init__(self, tracker: Tracker) -> None:
        self.rest = tracker.client()
        self.requests: list[httpx.Request] = []
        self.before: Meddling = nothing
        self.after: Meddling = nothing
        settings = {"base_url": tracker.url, "user": tracker.user, "password": tracker.password}
        self.desk = Desk(lambda: Line(self.requests, self.before, self.after), **settings)

    def make(self, **properties: Any) -> str:
        """A ticket of a colleague; returns its designator."""
        made = self.rest.post("/rest/data/issue", json={"title": "checkout is slow", **properties})
        return f"issue{made.raise_for_status().json()['data']['id']}"

    def edit(self, ticket: str, **properties: str) -> None:
        """What a colleague changes."""
        path = self._path(ticket)
        etag = self.rest.get(path).raise_for_status().json()["data"]["@etag"]
        self.rest.put(path, json=properties, headers={"If-Match": etag}).raise_for_status()

    def see(self, ticket: str) -> Seen:
        fields = {"@fields": "title,status,assignedto,priority,messages", "@verbose": "2"}
        read = self.rest.get(self._path(ticket), params=fields).raise_for_status().json()["data"]["attributes"]
        return Seen(
            title=read["title"],
            status=read["status"]["name"],
            assignee=(read["assignedto"] or {}).get("username"),
            priority=(read["priority"] or {}).get("name"),
            messages=tuple(self.message(one["id"])["content"] for one in read["messages"]),
        )

    def count(self, kind: str) -> int:
        return int(self.rest.get(f"/rest/data/{kind}").raise_for_status().json()["data"]["@total_size"])

    async def do(self, change: Change) -> tuple[Order, Receipt]:
        """Planned, applied, and seen to be in effect."""
        order = await self.desk.order(change)
        receipt = await self.desk.apply(order)
        seen = await self.desk.observe(order)
        assert (seen.sight, seen.receipt) == (Sight.PRESENT, receipt)
        return order, receipt

    def sent(self, method: str) -> int:
        return sum(request.method == method for request in self.requests)

    def message(self, number: str) -> dict[str, Any]:
        """All properties of a message."""
        everything = {"@verbose": "3", "@protected": "true"}
        read = self.rest.get(f"/rest/data/msg/{number}", params=everything).raise_for_status()
        return dict(read.json()["data"]["attributes"])

    def _path(self, ticket: str) -> str:
        return f"/rest/data/issue/{ticket.removeprefix('issue')}"


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    folder = tmp_path_factory.mktemp("tickets")
    processes = Processes(folder)
    try:
        yield start_tracker(processes, folder / "roundup")
    finally:
        processes.stop_all()


@pytest.fixture
def shop(tracker: Tracker) -> Iterator[Shop]:
    shop = Shop(tracker)
    with shop.rest:
        yield shop


async def read(shop: Shop, ticket: str) -> Ticket:
    async with connected(**shop.desk.settings) as adapter:
        return await adapter.get_ticket(ticket, call_at())


async def test_a_plan_changes_nothing_and_is_the_same_the_second_time(shop: Shop) -> None:
    ticket = shop.make(status="chatting")
    changes = (
        CreateTicket(title="search\nis slow", service="search", priority="Bug"),
        UpdateTicket(ticket=ticket, comment="Seen. ", status=TicketStatus.CLOSED, assignee="oncall-a "),
        UpdateTicket(ticket=ticket, links=("https://wiki.example.com/runbook",)),
    )
    before = (shop.see(ticket), shop.count("issue"), shop.count("msg"))
    for change in changes:
        plan = await shop.desk.plan(change)
        assert await shop.desk.plan(plan.change) == plan
    assert (shop.see(ticket), shop.count("issue"), shop.count("msg")) == before
    assert {request.method for request in shop.requests} == {"GET"}


async def test_a_new_ticket_is_made_once_and_found_again(shop: Shop) -> None:
    before = shop.count("issue")
    change = CreateTicket(title="is slow", description="Since 08:00.", service="search", priority="urgent")
    order, receipt = await shop.do(change)
    assert shop.count("issue") == before + 1
    made = shop.see(receipt.native_id)
    assert (made.title, made.priority) == ("search: is slow", "urgent")
    assert made.messages == (f"Since 08:00.\n\n({order.marker}: asked for by oncall-a, approved by lead-b)",)
    found = await read(shop, receipt.native_id)
    assert (found.link, found.reporter) == (receipt.link, "opsloom")


async def test_a_message_is_signed_and_dated(shop: Shop) -> None:
    await shop.do(UpdateTicket(ticket=shop.make(), comment="Done."))
    newest = max(int(one["id"]) for one in shop.rest.get("/rest/data/msg").json()["data"]["collection"])
    message = shop.message(str(newest))
    assert message["author"]["username"] == shop.desk.settings["user"]
    assert message["date"][:10] == message["creation"][:10]


async def test_a_new_ticket_is_taken_back_by_closing_it(shop: Shop) -> None:
    _, receipt = await shop.do(CreateTicket(title="search is slow"))
    assert receipt.inverse is not None
    await shop.do(receipt.inverse)
    assert shop.see(receipt.native_id).status == "resolved"


async def test_a_ticket_is_changed_in_all_that_was_asked(shop: Shop) -> None:
    ticket = shop.make(status="chatting")
    change = UpdateTicket(
        ticket=ticket,
        comment="The pool was full.",
        status=TicketStatus.CLOSED,
        assignee="oncall-b",
        links=("https://wiki.example.com/pool", "https://ci.example.com/412"),
    )
    order, _ = await shop.do(change)
    assert order.plan.effects[:2] == (
        Effect(what="status", before="chatting", after="resolved"),
        Effect(what="assignee", before="", after="oncall-b"),
    )
    now = shop.see(ticket)
    assert (now.status, now.assignee) == ("resolved", "oncall-b")
    written, _, note = now.messages[-1].rpartition("\n\n")
    assert written == "The pool was full.\n\nhttps://wiki.example.com/pool\nhttps://ci.example.com/412"
    assert order.marker in note


@pytest.mark.parametrize("assignee", ["", "oncall-b"])
async def test_an_inverse_restores_status_and_assignee(shop: Shop, assignee: str) -> None:
    ticket = shop.make(status="chatting", assignedto="oncall-a")
    before = shop.see(ticket)
    order, receipt = await shop.do(UpdateTicket(ticket=ticket, status=TicketStatus.IN_PROGRESS, assignee=assignee))
    assert (shop.see(ticket).status, shop.see(ticket).assignee) == ("in-progress", assignee or None)
    assert order.plan.inverse is not None
    assert receipt.inverse == order.plan.inverse
    await shop.do(order.plan.inverse)
    after = shop.see(ticket)
    assert (after.status, after.assignee) == (before.status, before.assignee)


async def test_an_inverse_empties_an_assignee_that_was_empty(shop: Shop) -> None:
    ticket = shop.make()
    order, _ = await shop.do(UpdateTicket(ticket=ticket, assignee="oncall-a"))
    assert order.plan.inverse == UpdateTicket(ticket=ticket, assignee="")
    await shop.do(order.plan.inverse)
    assert shop.see(ticket).assignee is None


@pytest.mark.parametrize("status", ["resolved", "done-cbb", "unread", "deferred"])
async def test_a_comment_moves_no_status(shop: Shop, status: str) -> None:
    ticket = shop.make(status=status)
    await shop.do(UpdateTicket(ticket=ticket, comment="For the record."))
    assert shop.see(ticket).status == status


async def test_a_comment_adds_to_those_that_are_there(shop: Shop) -> None:
    ticket = shop.make(status="chatting")
    for text in ("first", "second", "third"):
        await shop.do(UpdateTicket(ticket=ticket, comment=text))
    assert [message.partition("\n")[0] for message in shop.see(ticket).messages] == ["first", "second", "third"]


async def test_a_ticket_that_moved_since_the_plan_is_a_conflict_and_nothing_is_written(shop: Shop) -> None:
    ticket = shop.make(status="chatting")
    order = await shop.desk.order(UpdateTicket(ticket=ticket, status=TicketStatus.CLOSED))
    shop.edit(ticket, assignedto="oncall-b")
    before = (shop.see(ticket), shop.count("msg"))
    assert (await shop.desk.plan(order.plan.change)).observed != order.plan.observed
    with pytest.raises(ConflictError):
        await shop.desk.apply(order)
    assert (shop.see(ticket), shop.count("msg")) == before
    assert (await shop.desk.observe(order)).sight is Sight.ABSENT


@pytest.mark.parametrize(
    "asked", [{"status": TicketStatus.CLOSED}, {"comment": "Done."}], ids=["status", "only a comment"]
)
async def test_an_edit_in_the_last_moment_is_a_conflict_and_survives(shop: Shop, asked: dict[str, Any]) -> None:
    ticket = shop.make(status="chatting")
    order = await shop.desk.order(UpdateTicket(ticket=ticket, **asked))

    def colleague(request: httpx.Request) -> None:
        if request.method == "PUT":
            shop.edit(ticket, status="testing", title="checkout is slow again")

    shop.before = colleague
    with pytest.raises(ConflictError):
        await shop.desk.apply(order)
    assert shop.see(ticket) == Seen("checkout is slow again", "testing", None, None, ())
    assert shop.sent("PUT") == 1
    assert (await shop.desk.observe(order)).sight is Sight.ABSENT


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_broken_connection_leaves_it_open_until_somebody_looks(shop: Shop, arrived: bool) -> None:
    def breaks(request: httpx.Request) -> None:
        if request.method == "PUT" or (request.method == "POST" and request.url.path == "/rest/data/issue"):
            raise httpx.ReadError("reset")

    ticket = shop.make(status="chatting")
    for change in (UpdateTicket(ticket=ticket, status=TicketStatus.CLOSED), CreateTicket(title="search is slow")):
        order = await shop.desk.order(change)
        shop.requests.clear()
        shop.before, shop.after = (nothing, breaks) if arrived else (breaks, nothing)
        with pytest.raises(OutcomeUnknownError):
            await shop.desk.apply(order)
        assert shop.sent("PUT") + shop.sent("POST") == 2  # the message, and the change that was lost
        shop.before = shop.after = nothing
        seen = await shop.desk.observe(order)
        assert seen.sight is (Sight.PRESENT if arrived else Sight.ABSENT)
        assert (seen.receipt is not None) is arrived


async def test_a_change_that_somebody_undid_is_no_longer_in_effect(shop: Shop) -> None:
    ticket = shop.make(status="chatting")
    order, _ = await shop.do(UpdateTicket(ticket=ticket, status=TicketStatus.CLOSED))
    shop.edit(ticket, status="chatting")
    assert (await shop.desk.observe(order)).sight is Sight.ABSENT


async def test_orders_with_the_same_words_are_told_apart(shop: Shop) -> None:
    order, _ = await shop.do(CreateTicket(title="search is slow", description="Same."))
    assert (await shop.desk.observe(order_of(order.plan))).sight is Sight.ABSENT


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text(shop: Shop, text: str) -> None:
    _, made = await shop.do(CreateTicket(title=text, description=f"{text}\nsecond line"))
    now = shop.see(made.native_id)
    assert (now.title, now.messages[0].rpartition("\n\n")[0]) == (text, f"{text}\nsecond line")
    await shop.do(UpdateTicket(ticket=made.native_id, comment=text, links=(text,)))
    after = shop.see(made.native_id)
    assert after.messages[1].rpartition("\n\n")[0] == f"{text}\n\n{text}"
    assert (after.title, after.status, after.assignee) == (now.title, now.status, now.assignee)


@pytest.mark.parametrize("word", [*HOSTILE, "4", "-1", "oncall", "ONCALL-A", "oncall-a,oncall-b"])
async def test_words_that_the_tracker_does_not_know_name_those_that_it_knows(shop: Shop, word: str) -> None:
    ticket = shop.make()
    with pytest.raises(InvalidRequestError, match="oncall-a"):
        await shop.desk.plan(UpdateTicket(ticket=ticket, assignee=word))
    with pytest.raises(InvalidRequestError, match="valid are bug, critical, feature, urgent, wish"):
        await shop.desk.plan(CreateTicket(title="search is slow", priority=word))


@pytest.mark.parametrize("ticket", ["issue999999", "999999", "msg1"])
async def test_a_ticket_that_does_not_exist_cannot_be_changed(shop: Shop, ticket: str) -> None:
    with pytest.raises(NotFoundError):
        await shop.desk.plan(UpdateTicket(ticket=ticket, comment="Hello?"))


async def test_a_service_is_set_as_the_name_of_a_linked_item(shop: Shop) -> None:
    shop.desk.settings["service_property"] = "assignedto.username"
    _, made = await shop.do(CreateTicket(title="is slow", service="oncall-a"))
    assert shop.see(made.native_id).assignee == "oncall-a"
    assert (await read(shop, made.native_id)).service == "oncall-a"


@pytest.mark.parametrize("service", ["no-such-service", *HOSTILE])
async def test_a_service_that_nothing_links_to_is_refused_before_anybody_is_asked(shop: Shop, service: str) -> None:
    shop.desk.settings["service_property"] = "assignedto.username"
    with pytest.raises(InvalidRequestError, match="service"):
        await shop.desk.plan(CreateTicket(title="is slow", service=service))
