"""Writing records and checkpoints into an open transaction of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsloom.audit.canonical import Json, canonical_json
from opsloom.audit.checkpoint import Checkpoint
from opsloom.audit.merkle import Frontier, leaf_hash
from opsloom.audit.note import SigningKey
from opsloom.audit.record import CALL_ENDS, Kind, time_text
from opsloom.model.clock import Clock
from opsloom.model.errors import AuditUnavailableError
from opsloom.store.port import Transaction

_STATE = "audit.tail"


@dataclass(frozen=True, slots=True)
class _Tail:
    """Where the log ends, as the units of this transaction have left it."""

    stream: int
    frontier: Frontier


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
        """Number, time and store ``bodies`` in this order; the ``seq`` of the last (or -1 in an empty log)."""
        tail = self._tail(transaction)
        seq = tail.frontier.size
        leaves = []
        for body in bodies:
            record = {**body, "stream": self._origin, "seq": seq, "time": time_text(self._clock.now())}
            leaves.append(_insert(transaction, tail.stream, seq, record))
            seq += 1
        frontier, completed = tail.frontier.extend(leaves)
        for node in completed:
            transaction.execute(
                "INSERT INTO audit_node (stream, level, position, hash) VALUES (?, ?, ?, ?)",
                (tail.stream, node.level, node.position, node.hash),
            )
        transaction.state[_STATE] = _Tail(tail.stream, frontier)
        transaction.before_commit(_STATE, _store_tail)
        return seq - 1

    def sign(self, transaction: Transaction, key: SigningKey, at_least: int = 1) -> int:
        """Sign a checkpoint if ``at_least`` so many records wait for one; the number of signed records."""
        tail = self._tail(transaction)
        size = tail.frontier.size
        ((signed,),) = transaction.execute(
            "SELECT coalesce(max(size), 0) FROM audit_checkpoint WHERE stream = ?", (tail.stream,)
        )
        if size - signed < at_least:
            return int(signed)
        note = Checkpoint(self._origin, size, tail.frontier.root()).sign(key)
        transaction.execute(
            "INSERT INTO audit_checkpoint (stream, size, note) VALUES (?, ?, ?)", (tail.stream, size, note)
        )
        return size

    def _tail(self, transaction: Transaction) -> _Tail:
        tail = transaction.state.get(_STATE)
        if isinstance(tail, _Tail):
            return tail
        for number, size, frontier in transaction.execute(
            "SELECT number, size, frontier FROM audit_stream WHERE origin = ?", (self._origin,)
        ):
            try:
                tail = transaction.state[_STATE] = _Tail(number, Frontier.from_bytes(size, frontier))
            except ValueError as problem:
                raise AuditUnavailableError(f"The state of the log is damaged: {problem}.") from None
            return tail
        raise AuditUnavailableError(
            f"The log in this workspace was not begun under the key of {self._origin}. "
            "Bring back the audit.key that belongs to it, or begin a new workspace."
        )


def _insert(transaction: Transaction, stream: int, seq: int, record: Mapping[str, Json]) -> bytes:
    text = canonical_json(record)
    leaf = leaf_hash(text.encode())
    transaction.execute(
        "INSERT INTO audit_record (stream, seq, record, leaf) VALUES (?, ?, ?, ?)", (stream, seq, text, leaf)
    )
    call, kind = record.get("call"), record["kind"]
    if call is not None and kind == Kind.CALL_RECEIVED:
        transaction.execute(
            "INSERT OR IGNORE INTO audit_open_call (call, server) VALUES (?, ?)",
            (str(call), str(record.get("server"))),
        )
    elif call is not None and kind in CALL_ENDS:
        transaction.execute("DELETE FROM audit_open_call WHERE call = ?", (str(call),))
    return leaf


def _store_tail(transaction: Transaction) -> None:
    tail = transaction.state.get(_STATE)
    if isinstance(tail, _Tail):
        transaction.execute(
            "UPDATE audit_stream SET size = ?, frontier = ? WHERE number = ?",
            (tail.frontier.size, tail.frontier.to_bytes(), tail.stream),
        )
