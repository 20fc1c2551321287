"""What a rollback writes down, and the two places where it can."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision, Effect, Order
from opsloom.model.deploys import ChangeKind
from opsloom_adapters.git.refs import RefMove
from opsloom_adapters.git.rollback_choice import Choice
from opsloom_adapters.git.wire import KIND_TRAILER

ACTION_TRAILER = "Opsloom-Action"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is written: the ref that moves, and what is seen there now.

    ``irreversible`` says why the present deploy could not be written down again, if it could not.
    """

    move: RefMove
    targets: tuple[str, ...]
    observed: tuple[tuple[str, str], ...]
    effect: Effect
    irreversible: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written: ``message`` ends with the trailers, ``at`` has whole seconds."""

    choice: Choice
    kind: ChangeKind
    title: str
    message: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """The new object, which no ref names yet, and the id that the DeployReader will know the deploy by."""

    object_id: str
    native_id: str


class RollbackRecord(Protocol):
    """A way to write a deploy down, so that the DeployReader reads it."""

    async def inspect(self, choice: Choice, call: Call) -> Place:
        """Look where it would be written; changes nothing."""
        ...

    async def write(self, place: Place, entry: Entry, call: Call) -> Written:
        """Make the object that the ref is to move to."""
        ...

    async def find(self, change: ChangeRevision, marker: str, call: Call) -> str:
        """The id of the object that carries ``marker``; empty if none does."""
        ...


def entry_of(choice: Choice, kind: ChangeKind, title: str, order: Order, now: datetime) -> Entry:
    """The deploy is dated after the one that it replaces, even when that was made in the same second."""
    trailers = (
        (KIND_TRAILER, kind.value),
        ("Reason", order.plan.change.comment if isinstance(order.plan.change, ChangeRevision) else ""),
        ("Requested-by", order.requester),
        ("Approved-by", order.approver),
        (ACTION_TRAILER, order.marker),
    )
    lines = [f"{key}: {text}" for key, value in trailers if (text := one_line(value))]
    return Entry(
        choice=choice,
        kind=kind,
        title=one_line(title),
        message="\n".join((one_line(title), "", *lines, "")),
        author=one_line(order.requester),
        at=max(now, choice.present.at + timedelta(seconds=1)).replace(microsecond=0),
    )


def carries(message: str, marker: str) -> bool:
    """Whether a message that :func:`entry_of` made carries ``marker``."""
    return f"{ACTION_TRAILER}: {marker}" in message.split("\n")


def one_line(text: str) -> str:
    """Nobody's text may begin a line of its own: it could pass for a trailer."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
