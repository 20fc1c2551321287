"""The work note that every change leaves in an incident: what was written, and who asked for it."""

from collections.abc import Iterable

from opsloom.model.changes import Order
from opsloom_adapters.servicenow.encoded_query import refuse_script


def text_with_links(text: str, links: Iterable[str]) -> str:
    """The text with one line for each address.

    :raises InvalidRequestError: ServiceNow would run it.
    """
    written = "\n".join((text.strip(), "", *(one_line(link) for link in links))).strip()
    return refuse_script(written, "comment")


def signed(text: str, order: Order) -> str:
    """``text`` and the order that it comes from, by whose marker it is found again."""
    asked = f"asked for by {one_line(order.requester)}, approved by {one_line(order.approver)}"
    return f"{text}\n\n({order.marker}: {asked})".strip()


def one_line(text: str) -> str:
    """``text`` with every run of white space as one blank."""
    return " ".join(text.split())
