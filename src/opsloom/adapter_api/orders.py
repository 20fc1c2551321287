"""What an order is to do: a writer takes some kinds of change, and an order may hold any."""

from typing import TypeVar, overload

from opsloom.model.changes import Order
from opsloom.model.errors import InvalidRequestError
from opsloom.model.record import Noun

A = TypeVar("A", bound=Noun)
B = TypeVar("B", bound=Noun)
C = TypeVar("C", bound=Noun)


@overload
def change_of(order: Order, kind: type[A], /) -> A: ...
@overload
def change_of(order: Order, kind: type[A], second: type[B], /) -> A | B: ...
@overload
def change_of(order: Order, kind: type[A], second: type[B], third: type[C], /) -> A | B | C: ...
def change_of(order: Order, /, *kinds: type[Noun]) -> Noun:
    """The change that was ordered.

    :raises InvalidRequestError: it is none of ``kinds``.
    """
    change = order.plan.change
    if isinstance(change, kinds):
        return change
    known = " or ".join(kind.model_fields["kind"].default for kind in kinds)
    raise InvalidRequestError(f"an order to {change.kind} is none for {known}")
