"""Writing records and checkpoints into an open transaction of the store."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Optional

from opsloom.audit.canonical import Json, canonical_json
from opsloom.audit.checkpoint import Checkpoint
from opsloom.audit.merkle import Frontier, leaf_hash
from opsloom.audit.note import SigningKey
from opsloom.audit.record import CALL_ENDS, Kind, time_text
from opsloom.model.clock import Clock
from opsloom.model.errors import AuditUnavailableError
from opsloom.store.port import Transaction, Value

_STATE = "audit.tail"
# Groups are powers of two up to this, so that few different statements have to be prepared.
_ROWS_PER_STATEMENT = 32
_RECEIVED = str(Kind.CALL_RECEIVED)
_CALL_ENDS = frozenset(map(str, CALL_ENDS))


class _Pending(NamedTuple):
    """A record that is numbered and not inserted yet, and the one before it: a chain, so that it is immutable."""

    text: str
    leaf: bytes
    opens: tuple[str, str] | None
    closes: str | None
    before: Optional["_Pending"]


class _Tail(NamedTuple):
    """Where the log ends, as the units of this transaction have left it."""

    stream: int
    frontier: Frontier
    size: int
    pending: _Pending | None = None


class Tree:
    """The stream ``origin`` of a workspace's log. Every method is a part of a unit of work."""

    def __init__(self, origin: str, clock: Clock) -> None:
        self._origin = origin
        self._clock = clock

    def ensure_stream(self, transaction: Transaction) -> None:
        """Begin the log, unless it has begun. Raises AuditUnavailableError if another key's log is here."""
        transaction.execute(
            "INSERT INTO audit_stream (origin) SELECT ? WHERE NOT EXISTS (SELECT * FROM audit_stream)",
            (self._origin,),
        )
        self._tail(transaction)

    def append(self, transaction: Transaction, bodies: Sequence[Mapping[str, Json]]) -> int:
        """Number and time ``bodies`` in this order; the ``seq`` of the last (-1 for none in an empty log).

        They are inserted at the end of the transaction, all at once, or by :meth:`flush`.
        """
        tail = self._tail(transaction)
        size, pending = tail.size, tail.pending
        for body in bodies:
            record = {**body, "stream": self._origin, "seq": size, "time": time_text(self._clock.now())}
            pending = _pend(record, pending)
            size += 1
        transaction.state[_STATE] = _Tail(tail.stream, tail.frontier, size, pending)
        transaction.before_commit(_STATE, self.flush)
        return size - 1

    def flush(self, transaction: Transaction) -> None:
        """Insert what is pending. What follows in this transaction can read it."""
        tail = transaction.state.get(_STATE)
        if not isinstance(tail, _Tail) or tail.pending is None:
            return
        records = _in_order(tail.pending)
        first = tail.frontier.size
        rows = [(tail.stream, seq, record.text, record.leaf) for seq, record in enumerate(records, start=first)]
        _in_groups(transaction, "INSERT INTO audit_record (stream, seq, record, leaf) VALUES", rows)
        frontier, completed = tail.frontier.extend([record.leaf for record in records])
        nodes = [(tail.stream, node.level, node.position, node.hash) for node in completed]
        _in_groups(transaction, "INSERT INTO audit_node (stream, level, position, hash) VALUES", nodes)
        _note_calls(transaction, records)
        transaction.execute(
            "UPDATE audit_stream SET size = ?, frontier = ? WHERE number = ?",
            (frontier.size, frontier.to_bytes(), tail.stream),
        )
        transaction.state[_STATE] = tail._replace(frontier=frontier, pending=None)

    def read(self, transaction: Transaction, seq: int) -> str | None:
        """The text of the record ``seq``, also of one that this transaction appends."""
        self.flush(transaction)
        sql = "SELECT record FROM audit_record WHERE stream = ? AND seq = ?"
        rows = list(transaction.execute(sql, (self._tail(transaction).stream, seq)))
        return str(rows[0][0]) if rows else None

    def sign(self, transaction: Transaction, key: SigningKey, at_least: int = 1) -> int:
        """Sign a checkpoint if ``at_least`` so many records wait for one; the number of signed records."""
        self.flush(transaction)
        tail = self._tail(transaction)
        ((signed,),) = transaction.execute(
            "SELECT coalesce(max(size), 0) FROM audit_checkpoint WHERE stream = ?", (tail.stream,)
        )
        if tail.size - signed < at_least:
            return int(signed)
        note = Checkpoint(self._origin, tail.size, tail.frontier.root()).sign(key)
        transaction.execute(
            "INSERT INTO audit_checkpoint (stream, size, note) VALUES (?, ?, ?)", (tail.stream, tail.size, note)
        )
        return tail.size

    def _tail(self, transaction: Transaction) -> _Tail:
        tail = transaction.state.get(_STATE)
        if isinstance(tail, _Tail):
            return tail
        for number, size, frontier in transaction.execute(
            "SELECT number, size, frontier FROM audit_stream WHERE origin = ?", (self._origin,)
        ):
            try:
                tail = transaction.state[_STATE] = _Tail(number, Frontier.from_bytes(size, frontier), size)
            except ValueError as problem:
                raise AuditUnavailableError(f"The state of the log is damaged: {problem}.") from None
            return tail
        raise AuditUnavailableError(
            f"The log in this workspace was not begun under the key of {self._origin}. "
            "Bring back the audit.key that belongs to it, or begin a new workspace."
        )


def _pend(record: Mapping[str, Json], before: _Pending | None) -> _Pending:
    text = canonical_json(record)
    call, kind = record.get("call"), record["kind"]
    opens = (str(call), str(record.get("server"))) if kind == _RECEIVED and call is not None else None
    closes = str(call) if kind in _CALL_ENDS and call is not None else None
    return _Pending(text, leaf_hash(text.encode()), opens, closes, before)


def _in_order(last: _Pending | None) -> list[_Pending]:
    records: list[_Pending] = []
    while last is not None:
        records.append(last)
        last = last.before
    return records[::-1]


def _note_calls(transaction: Transaction, records: Sequence[_Pending]) -> None:
    """Keep the short list of calls that have begun and not ended."""
    opened = dict(record.opens for record in records if record.opens)
    closed = [record.closes for record in records if record.closes and not opened.pop(record.closes, None)]
    _in_groups(transaction, "INSERT OR IGNORE INTO audit_open_call (call, server) VALUES", list(opened.items()))
    _in_groups(transaction, "DELETE FROM audit_open_call WHERE call IN (VALUES", [(call,) for call in closed], ")")


def _in_groups(transaction: Transaction, start: str, rows: Sequence[tuple[Value, ...]], end: str = "") -> None:
    """Treat many rows with few statements: each one is a hand-over between threads."""
    first = 0
    while first < len(rows):
        count = min(_ROWS_PER_STATEMENT, 1 << (len(rows) - first).bit_length() - 1)
        bindings = tuple(value for row in rows[first : first + count] for value in row)
        transaction.execute(start + _places(len(rows[0]), count) + end, bindings)
        first += count


@lru_cache
def _places(columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f" {', '.join([row] * rows)}"
