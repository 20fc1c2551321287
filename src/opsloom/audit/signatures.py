"""Checking the signatures of decisions with the keys that the log itself names."""

import json
from collections.abc import Mapping
from typing import Any

from opsloom.audit.note import NoteError, VerifierKey
from opsloom.audit.record import Kind
from opsloom.audit.statement import decision_statement
from opsloom.model.errors import ConfigurationError
from opsloom.store.port import Reader


class LoggedKeys:
    """The approver keys as they were registered and revoked, record by record."""

    def __init__(self, reader: Reader) -> None:
        sql = (
            "SELECT record FROM audit_record WHERE stream = (SELECT min(number) FROM audit_stream)"
            " AND record ->> '$.kind' LIKE 'approver_key.%' ORDER BY seq"
        )
        self._records = [json.loads(text) for (text,) in reader.execute(sql)]

    def objection(self, decided: Mapping[str, Any]) -> str:
        """Why the signature of an ``action.decided`` record does not hold, or nothing."""
        added = self._holding(decided)
        if added is None:
            return "the log knows no key of that person by this name that held then"
        try:
            signed = VerifierKey.parse(str(added["public_key"])).open(str(decided["signature"]))
        except (NoteError, ConfigurationError) as problem:
            return str(problem)
        expected = decision_statement(
            action=decided["action"],
            digest=decided["decided_digest"],
            verdict=decided["verdict"],
            person=decided["person"],
        )
        return "" if signed == expected else "another statement was signed"

    def _holding(self, decided: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The record that registered the key of ``decided``, unless it was revoked before."""
        holding = None
        for record in self._records:
            if record["seq"] < decided["seq"] and record["key"] == decided.get("key"):
                is_mine = record["kind"] == Kind.APPROVER_KEY_ADDED and record["person"] == decided["person"]
                holding = record if is_mine else None
        return holding
