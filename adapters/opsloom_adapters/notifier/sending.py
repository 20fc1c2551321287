"""Sends what was planned, if it would still go where the approver read that it goes."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import Order, PagePerson, Receipt, SendMessage
from opsloom.model.errors import ConflictError
from opsloom_adapters.notifier.config import NotifierConfig
from opsloom_adapters.notifier.mapping import notification_of
from opsloom_adapters.notifier.plans import plan_of
from opsloom_adapters.notifier.route import Route


async def send(order: Order, config: NotifierConfig, route: Route, call: Call) -> Receipt:
    """Deliver the notification of ``order``.

    :raises ConflictError: the settings lead elsewhere than when it was planned; nothing was sent.
    :raises InvalidRequestError: the order is none for a notifier, or not allowed any more; nothing was sent.
    :raises OutcomeUnknownError: it may have been sent.
    """
    change = change_of(order, SendMessage, PagePerson)
    if plan_of(change, config, route, call.instance).observed != order.plan.observed:
        raise ConflictError(
            f"{call.instance} is configured to send elsewhere by now; nothing was sent", instance=call.instance
        )
    return await route.deliver(notification_of(change, order, call.wall_clock.now()), call)
