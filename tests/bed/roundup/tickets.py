"""The tickets of the bed's tracker, in the words of Roundup's classic template."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """One ticket; ``messages`` are in order, the first is its description."""

    title: str
    status: str
    priority: str
    messages: tuple[str, ...]
    assigned_to: str | None = None


PEOPLE = ("oncall-a", "oncall-b")

TICKETS = (
    Ticket(
        "checkout: answers with 500 when payments is slow",
        "in-progress",
        "critical",
        (
            "Since the last release checkout waits 3 s for payments and then gives up.",
            "The pool of connections to payments looks too small under load.",
        ),
        assigned_to="oncall-a",
    ),
    Ticket(
        "checkout: connections to payments ran out in January",
        "resolved",
        "critical",
        ("A pool of 2 was full within a minute. Going back to the release before ended it.",),
        assigned_to="oncall-b",
    ),
    Ticket(
        "payments: totals differ from the ledger by one cent",
        "chatting",
        "bug",
        ("Seen on orders with a discount. Rounding half to even would fix it.",),
        assigned_to="oncall-b",
    ),
    Ticket(
        "inventory shows items that are sold out",
        "unread",
        "urgent",
        ("The answer of inventory is up to a minute old.",),
    ),
    Ticket(
        "database: the stock table grows by 2 GB a day",
        "deferred",
        "feature",
        ("Old rows are never deleted.",),
    ),
    Ticket("frontend: the new cart flickers", "testing", "bug", ("Only with the flag new-cart switched on.",)),
    Ticket(
        "The certificate of the mail relay ends soon",
        "need-eg",
        "urgent",
        ("Which relay? The receipts of payments are sent through it.",),
    ),
    Ticket("Write down who may switch flags", "done-cbb", "wish", ("It is in the runbook now.",)),
)
