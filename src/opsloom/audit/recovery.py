"""Bringing the log up to date after trouble: spilled records come back, calls of dead servers get an end."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from opsloom.audit.canonical import Json
from opsloom.audit.record import Kind, new_id
from opsloom.audit.spill import complete_lines
from opsloom.audit.tree import Tree
from opsloom.store.port import Transaction


def merge_spills(transaction: Transaction, tree: Tree, server: str, files: Sequence[Path]) -> None:
    """Append what ``files`` hold, each behind an ``audit.gap`` record that names it.

    Whoever is interrupted and begins again merges nothing twice: a file is known by its SHA-256, a record by
    its id.
    """
    for path in files:
        try:
            lines = complete_lines(path)
        except FileNotFoundError:
            continue  # another task or process has merged it
        digest = sha256(lines).hexdigest()
        if lines and not _seen(transaction, digest):
            tree.flush(transaction)
            records, unreadable = _parse(lines)
            fresh = [record for record in records if not _is_logged(transaction, record)]
            gap = _gap(digest, fresh, len(records) - len(fresh), unreadable)
            gap |= {"id": new_id(), "server": server}
            tree.append(transaction, [gap, *fresh])
            transaction.execute("INSERT INTO audit_merged_spill (sha256) VALUES (?)", (digest,))


def settle_calls(transaction: Transaction, tree: Tree, server: str, is_alive: Callable[[str], bool]) -> None:
    """Append ``call.outcome_unknown`` for each call whose server died over it."""
    tree.flush(transaction)
    for holder, calls in _open_calls(transaction).items():
        if not is_alive(holder):
            ends: list[dict[str, Json]] = [
                {
                    "id": new_id(),
                    "kind": str(Kind.CALL_OUTCOME_UNKNOWN),
                    "call": call,
                    "server": server,
                    "died": holder,
                }
                for call in calls
            ]
            tree.append(transaction, ends)


def _open_calls(transaction: Transaction) -> dict[str, list[str]]:
    by_server: dict[str, list[str]] = {}
    for call, server in transaction.execute("SELECT call, server FROM audit_open_call ORDER BY call"):
        by_server.setdefault(server, []).append(call)
    return by_server


def _seen(transaction: Transaction, digest: str) -> bool:
    return any(transaction.execute("SELECT 1 FROM audit_merged_spill WHERE sha256 = ?", (digest,)))


def _is_logged(transaction: Transaction, record: dict[str, Json]) -> bool:
    """Whether a commit that was reported as failed was durable after all."""
    return any(
        transaction.execute(
            "SELECT 1 FROM audit_record WHERE call IS ? AND record ->> '$.id' = ?",
            (_text(record.get("call")), _text(record.get("id"))),
        )
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _parse(lines: bytes) -> tuple[list[dict[str, Json]], list[Json]]:
    records: list[dict[str, Json]] = []
    unreadable: list[Json] = []
    # Not splitlines(): it also splits at line ends that JSON leaves inside a text.
    for line in lines.decode(errors="replace").removesuffix("\n").split("\n"):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict) and isinstance(record.get("kind"), str) and "spilled" in record:
            records.append(record)
        else:
            unreadable.append(line)
    return records, unreadable


def _gap(
    digest: str, records: Sequence[dict[str, Json]], already_logged: int, unreadable: list[Json]
) -> dict[str, Json]:
    spilled = [record["spilled"] for record in records]
    times = sorted(str(entry.get("at")) for entry in spilled if isinstance(entry, dict))
    reasons = sorted({str(entry.get("reason")) for entry in spilled if isinstance(entry, dict)})
    gap: dict[str, Json] = {
        "kind": str(Kind.AUDIT_GAP),
        "sha256": digest,
        "count": len(records),
        "reasons": list(reasons),
    }
    if times:
        gap |= {"first": times[0], "last": times[-1]}
    if already_logged:
        gap["already_logged"] = already_logged
    if unreadable:
        gap["unreadable"] = unreadable
    return gap
