"""What opsloom writes into Datadog's texts: who asked, who approved, and the marker; never a mention."""

from opsloom.model.changes import Order


def without_mentions(text: str) -> str:
    """``text`` without ``@``: after it Datadog notifies whoever is named, in any message.

    Source: https://docs.datadoghq.com/monitors/notify/#notifications
    """
    return text.replace("@", "(at)")


def mark_of(order: Order) -> str:
    """The marker as it stands in a text."""
    return f"[{order.marker}]"


def signed(text: str, order: Order) -> str:
    """``text``, with the marker and the people behind it."""
    people = f"asked for by {order.requester}, approved by {order.approver}"
    return without_mentions(f"{text.strip()} {mark_of(order)} {people}".strip())
