"""Investigations: calls, evidence and findings that belong together, under a handle that we mint."""

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from opsloom.model.clock import Clock
from opsloom.model.errors import InvalidRequestError, OpsloomError
from opsloom.model.findings import Finding, FindingKind
from opsloom.model.limits import INVESTIGATION_IDLE_SECONDS
from opsloom.model.window import format_time
from opsloom.store.port import Store, Transaction

logger = logging.getLogger(__name__)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: none is taken for another
_TOUCH_SECONDS = 60.0


@dataclass
class _Current:
    """The investigation that a caller works on, as this process knows it."""

    ident: str
    used_at: datetime
    kept: bool

    def is_fresh(self, now: datetime) -> bool:
        """Whether its use need not be written again yet."""
        return self.kept and now - self.used_at <= timedelta(seconds=_TOUCH_SECONDS)


class Investigations:
    """The investigations of one workspace."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._current: dict[str, _Current] = {}

    async def resolve(self, caller: str, wanted: str | None) -> str:
        """The investigation of a call: the one wanted; else the caller's current one; else a new one.

        A current one ends after ``limits.INVESTIGATION_IDLE_SECONDS`` without a call.

        :raises InvalidRequestError: the one wanted does not exist here.
        """
        now = self._clock.now()
        current = self._current.get(caller)
        if wanted is None and current is not None and not _idle(current.used_at, now):
            ident = current.ident
        elif wanted is not None:
            ident = await self._existing(wanted)
        else:
            ident = await self._latest_of(caller, now) or _mint()
        if current is None or current.ident != ident or not current.is_fresh(now):
            self._current[caller] = _Current(ident, now, await self._keep(ident, caller, now))
        return ident

    async def _keep(self, ident: str, caller: str, now: datetime) -> bool:
        """Whether it could be written; a read must not fail for it, and the next call tries again."""
        try:
            await self._store.write(lambda transaction: _touch(transaction, ident, caller, now))
        except OpsloomError:
            logger.exception("investigation %s could not be written", ident)
            return False
        return True

    async def record_evidence(self, investigation: str, call: str, evidence: Collection[str]) -> None:
        """Remember that ``call`` gathered ``evidence`` for ``investigation``."""
        rows = [(investigation, ident, call) for ident in evidence]

        def insert(transaction: Transaction) -> None:
            for row in rows:
                transaction.execute("INSERT OR IGNORE INTO investigation_evidence VALUES (?, ?, ?)", row)

        await self._store.write(insert)

    async def evidence_of(self, investigation: str) -> list[str]:
        """The evidence ids of an investigation in the order they were gathered.

        :raises InvalidRequestError: it does not exist here.
        """
        await self._existing(investigation)
        sql = "SELECT evidence FROM investigation_evidence WHERE investigation = ? ORDER BY rowid"
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (investigation,))))
        return [str(row[0]) for row in rows]

    async def record_finding(
        self,
        *,
        investigation: str,
        claim: str,
        kind: FindingKind,
        confidence: float | None,
        evidence: tuple[str, ...],
        author: str,
    ) -> Finding:
        """Keep a finding; the caller has checked its citations."""
        finding = Finding(
            id="fi_" + _random(),
            investigation=investigation,
            at=self._clock.now(),
            claim=claim,
            kind=kind,
            confidence=confidence,
            evidence=evidence,
            author=author,
        )
        row = (finding.id, investigation, finding.model_dump_json())
        await self._store.write(lambda transaction: transaction.execute("INSERT INTO finding VALUES (?, ?, ?)", row))
        return finding

    async def findings_of(self, investigation: str) -> list[Finding]:
        """The findings of an investigation, oldest first."""
        await self._existing(investigation)
        sql = "SELECT record FROM finding WHERE investigation = ? ORDER BY rowid"
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (investigation,))))
        return [Finding.model_validate_json(str(row[0])) for row in rows]

    async def starting_with(self, prefix: str, limit: int) -> list[str]:
        """Handles for completion, the latest used first."""
        sql = "SELECT id FROM investigation WHERE substr(id, 1, ?) = ? ORDER BY used_at DESC LIMIT ?"
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (len(prefix), prefix, limit))))
        return [str(row[0]) for row in rows]

    async def _existing(self, ident: str) -> str:
        if any(current.ident == ident for current in self._current.values()):
            return ident  # perhaps not written yet
        sql = "SELECT id FROM investigation WHERE id = ?"
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (ident,))))
        if not rows:
            raise InvalidRequestError(
                "investigation is not known here; copy the handle from an earlier answer, or omit it"
            )
        return str(rows[0][0])

    async def _latest_of(self, caller: str, now: datetime) -> str | None:
        """What the caller did last, also in an earlier process: each ``opsloom call`` is one."""
        since = format_time(now - timedelta(seconds=INVESTIGATION_IDLE_SECONDS))
        sql = "SELECT investigation FROM investigation_caller WHERE caller = ? AND used_at >= ?"
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (caller, since))))
        return str(rows[0][0]) if rows else None


def _touch(transaction: Transaction, ident: str, caller: str, now: datetime) -> None:
    """``ident`` is used, and is what ``caller`` works on from now on."""
    transaction.execute(
        "INSERT INTO investigation (id, opened_at, used_at) VALUES (?1, ?2, ?2) "
        "ON CONFLICT (id) DO UPDATE SET used_at = ?2",
        (ident, format_time(now)),
    )
    transaction.execute(
        "INSERT OR REPLACE INTO investigation_caller VALUES (?, ?, ?)", (caller, ident, format_time(now))
    )


def _idle(used_at: datetime, now: datetime) -> bool:
    return (now - used_at).total_seconds() > INVESTIGATION_IDLE_SECONDS


def _mint() -> str:
    return "inv_" + _random()


def _random() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))
