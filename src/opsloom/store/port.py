"""What the rooms of opsloom ask of a store; SQLite answers today, and the contract tests hold for all."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Value = str | int | float | bytes | None
Row = tuple[Any, ...]


class Reader(Protocol):
    """One consistent view of the store."""

    def execute(self, sql: str, bindings: tuple[Value, ...] = ()) -> Iterator[Row]: ...


class Transaction(Reader, Protocol):
    """The write transaction that all units of one commit share.

    ``state`` is theirs to share what they read, so that the second unit need not read it again. It starts
    empty with each commit, and a unit that fails takes its entries back with its rows: put only immutable
    values there.
    """

    state: dict[str, Any]

    def before_commit(self, key: str, hook: "Callable[[Transaction], None]") -> None:
        """Run ``hook`` once, after the last unit of this commit, however many units ask for ``key``."""


Unit = Callable[[Transaction], T]
Question = Callable[[Reader], T]


class Store(Protocol):
    """A store that several threads, event loops and processes may use at once.

    Every method raises :class:`~opsloom.model.errors.OpsloomError` if the store itself cannot do its work
    (disk full, not writable, held by another process); what a unit raises comes back as it is, and takes
    nothing but that unit's own changes with it.
    """

    async def write(self, unit: Unit[T]) -> T:
        """Run ``unit`` in a transaction; its changes are durable when this returns.

        A caller that is cancelled while it waits does not take its write back: it learns how the write ended
        first. If it failed, that error is raised in place of the cancellation.
        """
        ...

    def write_sync(self, unit: Unit[T]) -> T:
        """:meth:`write` for callers without an event loop."""
        ...

    def write_after(self, seconds: float, unit: Unit[None]) -> None:
        """Run ``unit`` in a later transaction, ``seconds`` from now; its failure is nobody's failure.

        To be called by a unit. Units that are not due when the store is closed are dropped.
        """

    async def read(self, question: Question[T]) -> T:
        """Run ``question`` on a view of what was committed when it started."""
        ...

    def read_sync(self, question: Question[T]) -> T:
        """:meth:`read` for callers without an event loop."""
        ...

    def close(self) -> None:
        """Write what is queued, then let go of every file."""
