"""The audit log of a workspace: append-only, durable, signed."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from anyio import CancelScope, to_thread

from opsloom.audit.canonical import Json, canonical_json
from opsloom.audit.keys import ensure_key
from opsloom.audit.note import SigningKey
from opsloom.audit.presence import Presence
from opsloom.audit.record import Record, new_id, time_text
from opsloom.audit.recovery import merge_spills, settle_calls
from opsloom.audit.spill import Spill, spill_directories
from opsloom.audit.tree import Tree
from opsloom.model.clock import Clock, SystemClock
from opsloom.model.errors import AuditUnavailableError, OpsloomError
from opsloom.model.limits import CHECKPOINT_AFTER_SECONDS, CHECKPOINT_EVERY_RECORDS
from opsloom.store.port import Store, Transaction


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a record went. ``spilled``: it is durable but not in the log yet, so it has no ``seq``."""

    id: str
    seq: int | None
    spilled: bool = False


class AuditLog:
    """One server's way into the log of its workspace; made by :meth:`open`.

    ``server`` is the id of this server process, ``origin`` the name of the log in its checkpoints.
    """

    def __init__(self, workspace: Path, store: Store, key: SigningKey, clock: Clock) -> None:
        self.server = new_id()
        self.origin = key.name
        self._store = store
        self._key = key
        self._clock = clock
        self._tree = Tree(key.name, clock)
        self._presence = Presence(workspace, self.server)
        self._spill = Spill(spill_directories(workspace, key.name), self.server)
        # Of the writer's thread alone:
        self._signed = 0
        self._next_signing = 0.0

    @classmethod
    def open(cls, workspace: Path, store: Store, clock: Clock | None = None) -> "AuditLog":
        """Join the log of ``workspace``, begin it if there is none, and settle what dead servers left open.

        Raises AuditUnavailableError if it cannot be written, ConfigurationError if its key is damaged.
        """
        log = cls(workspace, store, ensure_key(workspace), clock or SystemClock())
        try:
            log._recover()
        except (OpsloomError, OSError) as problem:
            log._presence.release()
            raise _unavailable(problem) from problem
        return log

    async def append(self, record: Record, *, spill: bool = True) -> Appended:
        """Append ``record``; it is durable when this returns, even if the caller is cancelled meanwhile.

        If the log cannot be written the record is spilled, or with ``spill=False`` AuditUnavailableError is
        raised; so it is as well if there is no place to spill to.
        """
        fields = self._fields(record)
        try:
            appended = await self._store.write(partial(self._append, fields))
        except OpsloomError as problem:
            if not spill:
                raise _unavailable(problem) from problem
            with CancelScope(shield=True):
                return await to_thread.run_sync(self._spill_record, fields, problem)
        if self._spill.pending:
            await to_thread.run_sync(self._bring_back)
        return appended

    def append_sync(self, record: Record, *, spill: bool = True) -> Appended:
        """:meth:`append` for callers without an event loop."""
        fields = self._fields(record)
        try:
            appended = self._store.write_sync(partial(self._append, fields))
        except OpsloomError as problem:
            if not spill:
                raise _unavailable(problem) from problem
            return self._spill_record(fields, problem)
        if self._spill.pending:
            self._bring_back()
        return appended

    def append_in(self, transaction: Transaction, record: Record) -> Appended:
        """Append ``record`` as a part of the caller's own unit of work: both become durable, or neither."""
        return self._append(self._fields(record), transaction)

    def read_in(self, transaction: Transaction, seq: int) -> Mapping[str, Any] | None:
        """The record ``seq`` as the caller's unit of work sees it; nothing if there is none, or what is there is no
        record."""
        text = self._tree.read(transaction, seq)
        try:
            record = json.loads(text or "null")
        except ValueError:
            return None
        return record if isinstance(record, dict) else None

    def is_alive(self, server: str) -> bool:
        """Whether the process of ``server`` still runs on this workspace."""
        return self._presence.is_alive(server)

    def close(self) -> None:
        """Sign what is not signed yet and leave; the store stays open. Raises AuditUnavailableError."""
        try:
            if self._spill.pending:
                self._bring_back()
            self._store.write_sync(self._sign_all)
        except OpsloomError as problem:
            raise _unavailable(problem) from problem
        finally:
            self._presence.release()

    def _fields(self, record: Record) -> dict[str, Json]:
        return {**record.fields(), "id": new_id(), "server": self.server}

    def _append(self, fields: Mapping[str, Json], transaction: Transaction) -> Appended:
        seq = self._tree.append(transaction, [fields])
        self._schedule_signing(seq + 1)
        return Appended(str(fields["id"]), seq)

    def _spill_record(self, fields: Mapping[str, Json], problem: OpsloomError) -> Appended:
        spilled = {"at": time_text(self._clock.now()), "reason": str(problem)}
        self._spill.write(canonical_json({**fields, "spilled": spilled}))
        return Appended(str(fields["id"]), None, spilled=True)

    def _bring_back(self) -> None:
        """Merge what this server spilled. If the log fails again the files stay where they are."""
        files = self._spill.seal()
        try:
            self._store.write_sync(lambda tx: merge_spills(tx, self._tree, self.server, files))
            self._spill.remove(files)
        except (OpsloomError, OSError):
            return

    def _recover(self) -> None:
        files = self._spill.left_by_the_dead(self._presence.is_alive)

        def settle(transaction: Transaction) -> None:
            self._tree.ensure_stream(transaction)
            merge_spills(transaction, self._tree, self.server, files)
            settle_calls(transaction, self._tree, self.server, self._presence.is_alive)
            self._schedule_signing(0)

        self._store.write_sync(settle)
        self._spill.remove(files)

    def _schedule_signing(self, size: int) -> None:
        """Have a later commit sign: nobody who waits for this one should wait for a signature as well."""
        if size - self._signed >= CHECKPOINT_EVERY_RECORDS:
            self._signed = size
            self._store.write_after(0, self._sign_many)
        now = time.monotonic()
        if now >= self._next_signing:
            self._next_signing = now + CHECKPOINT_AFTER_SECONDS
            self._store.write_after(CHECKPOINT_AFTER_SECONDS, self._sign_all)

    def _sign_many(self, transaction: Transaction) -> None:
        self._signed = self._tree.sign(transaction, self._key, at_least=CHECKPOINT_EVERY_RECORDS)

    def _sign_all(self, transaction: Transaction) -> None:
        self._signed = self._tree.sign(transaction, self._key)


def _unavailable(problem: OpsloomError | OSError) -> OpsloomError:
    if isinstance(problem, OpsloomError) and type(problem) is not OpsloomError:
        return problem
    return AuditUnavailableError(f"The audit log cannot be written. {problem}")
