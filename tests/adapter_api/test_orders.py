"""The change that an order holds."""

import pytest

from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import AcknowledgeAlert, Change, ChangePlan, CreateTicket, Order, SendMessage, UpdateTicket
from opsloom.model.errors import InvalidRequestError


def _order(change: Change) -> Order:
    plan = ChangePlan(change=change, summary="do it", targets=("it",), effects=(), irreversible="It stays.")
    return Order(plan=plan, marker="opsloom-7k2m9q4r", requester="oncall-a", approver="lead-b")


@pytest.mark.parametrize("change", [CreateTicket(title="checkout is slow"), UpdateTicket(ticket="7", comment="seen")])
def test_the_change_is_given_if_it_is_of_one_of_the_kinds(change: Change) -> None:
    assert change_of(_order(change), CreateTicket, UpdateTicket) == change


def test_any_other_change_is_refused_by_the_names_of_those_that_would_do() -> None:
    with pytest.raises(InvalidRequestError, match=r"is none for create_ticket or update_ticket"):
        change_of(_order(SendMessage(channel="ops", text="up")), CreateTicket, UpdateTicket)
    with pytest.raises(InvalidRequestError, match=r"an order to send_message is none for acknowledge_alert$"):
        change_of(_order(SendMessage(channel="ops", text="up")), AcknowledgeAlert)
