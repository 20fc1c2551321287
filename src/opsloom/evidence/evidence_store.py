"""The content-addressed store of what providers said: redacted on the way in, compressed, kept once."""

import base64
import hashlib
import logging
import zlib
from collections.abc import Collection, Iterable
from typing import Any

import anyio.to_thread
import rfc8785

from opsloom.evidence.redaction import Redactor
from opsloom.model.errors import NotFoundError, OpsloomError
from opsloom.model.evidence import Evidence, Exchange
from opsloom.store.port import Store, Transaction

logger = logging.getLogger(__name__)
_ID_BYTES = 10  # 16 base32 characters


class EvidenceStore:
    """Evidence of one workspace; it is the hub's keeper of exchanges."""

    def __init__(self, store: Store, redactor: Redactor) -> None:
        self._store = store
        self._redactor = redactor

    def know(self, secret: str) -> None:
        """This value must never be shown or stored."""
        self._redactor.know(secret)

    async def keep(self, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
        """Redact and store; returns the ids, each once, in the order of the exchanges.

        When the workspace cannot be written the ids are returned all the same: a read must not fail for it. The
        log cannot be written either then, and it marks the answer.
        """
        kept: dict[str, tuple[Evidence, bytes]] = {}
        for exchange in exchanges:
            evidence, payload = await anyio.to_thread.run_sync(self._prepare, exchange)
            kept[evidence.id] = (evidence, payload)
        if kept:
            try:
                await self._store.write(lambda transaction: _insert(transaction, kept.values()))
            except OpsloomError:
                logger.exception("evidence could not be stored")
        return tuple(kept)

    async def get(self, ident: str) -> tuple[Evidence, bytes]:
        """The evidence and its redacted payload.

        :raises NotFoundError: it is not held here.
        """
        sql = "SELECT record, payload FROM evidence WHERE id = ?"
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (ident,))))
        if not rows:
            raise NotFoundError("this server holds no such evidence; cite ids from the 'evidence' of answers")
        record, payload = rows[0]
        return Evidence.model_validate_json(str(record)), zlib.decompress(payload)

    async def missing(self, idents: Collection[str]) -> set[str]:
        """Those of ``idents`` that are not held here."""
        sql = "SELECT id FROM evidence WHERE id IN (SELECT value FROM json_each(?))"
        wanted = rfc8785.dumps(sorted(set(idents))).decode()
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (wanted,))))
        return set(idents) - {str(row[0]) for row in rows}

    async def starting_with(self, prefix: str, limit: int) -> list[str]:
        """Ids for completion, the newest first."""
        sql = "SELECT id FROM evidence WHERE substr(id, 1, ?) = ? ORDER BY rowid DESC LIMIT ?"
        rows = await self._store.read(lambda reader: list(reader.execute(sql, (len(prefix), prefix, limit))))
        return [str(row[0]) for row in rows]

    def _prepare(self, exchange: Exchange) -> tuple[Evidence, bytes]:
        payload, redactions = self._redactor.redact_bytes(exchange.body)
        evidence = Evidence(
            id=evidence_id(exchange),
            instance=exchange.instance,
            adapter=exchange.adapter,
            method=exchange.method,
            url=self._redactor.redact(exchange.url),
            parameters=tuple(
                (self._redactor.redact(name), self._redactor.redact_member(name, value))
                for name, value in exchange.parameters
            ),
            status=exchange.status,
            media_type=self._redactor.redact(exchange.media_type),
            received_at=exchange.received_at,
            window=exchange.window,
            link=exchange.link and self._redactor.redact(exchange.link),
            body_sha256=hashlib.sha256(exchange.body).hexdigest(),
            body_bytes=len(exchange.body),
            payload_sha256=hashlib.sha256(payload).hexdigest(),
            redactions=redactions,
        )
        return evidence, zlib.compress(payload, 1)


def evidence_id(exchange: Exchange) -> str:
    """``ev_`` and 16 base32 characters of the SHA-256 over who was asked what and what came back."""
    content: dict[str, Any] = {
        "instance": exchange.instance,
        "method": exchange.method,
        "url": exchange.url,
        "parameters": [list(pair) for pair in exchange.parameters],
        "status": exchange.status,
        "body_sha256": hashlib.sha256(exchange.body).hexdigest(),
    }
    digest = hashlib.sha256(rfc8785.dumps(content)).digest()
    return "ev_" + base64.b32encode(digest[:_ID_BYTES]).decode().lower()


def _insert(transaction: Transaction, kept: Iterable[tuple[Evidence, bytes]]) -> None:
    for evidence, payload in kept:
        transaction.execute(
            "INSERT OR IGNORE INTO evidence (id, record, payload) VALUES (?, ?, ?)",
            (evidence.id, evidence.model_dump_json(), payload),
        )
