"""What a change writes into a ticket: its text, the addresses, and who asked for it."""

from collections.abc import Iterable

from pydantic import JsonValue

from opsloom.model.changes import Order
from opsloom_adapters.jira.adf import document
from opsloom_adapters.jira.config import JiraConfig


def text_with_links(text: str, links: Iterable[str]) -> str:
    """The text with one line for each address."""
    return "\n".join((text.strip(), "", *links)).strip()


def signed_document(text: str, order: Order) -> JsonValue:
    """The text and who asked for it, with the order's marker, as a document."""
    return document(f"{text}\n\n{note_of(order)}".strip())


def comment_of(text: str, order: Order, config: JiraConfig) -> dict[str, JsonValue]:
    """A comment. The property keeps it from the customers of Jira Service Management; elsewhere it means nothing."""
    comment: dict[str, JsonValue] = {"body": signed_document(text, order)}
    if config.internal_comments:
        comment["properties"] = [{"key": "sd.public.comment", "value": {"internal": True}}]
    return comment


def note_of(order: Order) -> str:
    """Who asked and who approved, in one line."""
    requester, approver = (" ".join(name.split()) for name in (order.requester, order.approver))
    return f"{_beginning(order)} asked for by {requester}, approved by {approver})"


def is_signed(text: str, order: Order) -> bool:
    """Whether ``text`` is one that the order wrote."""
    return _beginning(order) in text


def _beginning(order: Order) -> str:
    return f"({order.marker}:"
