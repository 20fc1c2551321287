"""The line that says whose change it was, and by which it is found again."""

from opsloom.model.changes import Order


def signed(text: str, order: Order) -> str:
    """``text``, and below it the marker, who asked and who approved."""
    line = f"[{order.marker}] asked for by {order.requester}, approved by {order.approver}"
    return f"{text.strip()}\n\n{line}".strip()


def is_signed(text: str, order: Order) -> bool:
    return f"[{order.marker}]" in text
