"""Orders become notifications, and replies become receipts."""

from datetime import datetime

from pydantic import ValidationError

from opsloom.model.changes import Order, PagePerson, Receipt, SendMessage
from opsloom_adapters.notifier.wire import REPLY, Event, Notification


def notification_of(change: SendMessage | PagePerson, order: Order, at: datetime) -> Notification:
    """What is sent for ``order``, which is to do ``change``."""
    message = isinstance(change, SendMessage)
    return Notification(
        event=Event.MESSAGE if message else Event.PAGE,
        dedup_key=order.marker,
        channel=change.channel if isinstance(change, SendMessage) else None,
        target=change.target if isinstance(change, PagePerson) else None,
        service=change.service if isinstance(change, PagePerson) else None,
        text=change.text,
        requested_by=order.requester,
        approved_by=order.approver,
        at=at,
    )


def receipt_of(said: bytes) -> Receipt:
    """What the reply ``said`` tells of the notification; a receiver need not say anything."""
    try:
        reply = REPLY.validate_json(said)
    except ValidationError:
        return Receipt()
    return Receipt(native_id=reply.id, link=reply.url if reply.url.startswith(("https://", "http://")) else None)
