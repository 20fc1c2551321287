"""The chain of one action, from the call that asked for it to its end, for a reviewer.

It is read from the log's records; the tables of actions, evidence and findings are only compared with them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from opsloom.audit.canonical import Json
from opsloom.audit.chain_checks import problems_of
from opsloom.audit.chain_evidence import evidence_steps, finding_steps
from opsloom.audit.chain_step import Stage, Step
from opsloom.audit.chain_words import end_of, step_of, words_of_call
from opsloom.audit.record import CALL_ENDS, Kind
from opsloom.audit.signatures import LoggedKeys
from opsloom.model.errors import OpsloomError
from opsloom.store.port import Reader, Store

LoggedRecord = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chain:
    """All steps of one action in the order in which a reviewer reads them, and what is wrong with them."""

    action: str
    code: str
    tool: str
    state: str
    steps: list[Step]
    problems: list[str]

    def to_json(self) -> dict[str, Json]:
        """For programs."""
        return {
            "action": self.action,
            "code": self.code,
            "tool": self.tool,
            "state": self.state,
            "steps": [step.to_json() for step in self.steps],
            "problems": [*self.problems],
        }


def read_chain(store: Store, key: str, now: datetime) -> Chain | None:
    """The chain of the action with the id or the code (without a hyphen) ``key``; None if the log has no such action.

    Raises OpsloomError if the store cannot be read, or a record of the action is none that we wrote.
    """
    try:
        return store.read_sync(partial(_read, key=key, now=now))
    except (KeyError, TypeError, AttributeError, ValueError):
        raise OpsloomError("A record of this action is damaged; 'opsloom audit verify' says which.") from None


def _read(reader: Reader, key: str, now: datetime) -> Chain | None:
    records = _records_of_action(reader, key)
    planned = next((record for record in records if record["kind"] == Kind.ACTION_PLANNED), None)
    if planned is None:
        return None
    keys = LoggedKeys(reader)
    steps = [
        *_calls(reader, {record["call"] for record in records if "call" in record}),
        *evidence_steps(reader, planned),
        *finding_steps(reader, planned),
        *(step_of(record, keys) for record in records),
        end_of(records),
    ]
    order = list(Stage)
    steps.sort(key=lambda step: order.index(step.stage))
    problems = [step.problem for step in steps if step.problem] + problems_of(reader, planned, records, now)
    state = next((record["to"] for record in reversed(records) if "to" in record), "")
    return Chain(planned["action"], planned["code"], planned["tool"], state, steps, problems)


def _records_of_action(reader: Reader, key: str) -> list[LoggedRecord]:
    sql = (
        "SELECT record FROM audit_record WHERE stream = (SELECT min(number) FROM audit_stream)"
        " AND record ->> '$.kind' LIKE 'action.%' AND ?1 IN (record ->> '$.action', record ->> '$.code') ORDER BY seq"
    )
    return [json.loads(text) for (text,) in reader.execute(sql, (key,))]


def _calls(reader: Reader, calls: Iterable[str]) -> list[Step]:
    sql = (
        "SELECT record FROM audit_record"
        " WHERE stream = (SELECT min(number) FROM audit_stream) AND call = ? ORDER BY seq"
    )
    steps = []
    for call in sorted(calls):  # UUIDv7: in the order of time
        records = [json.loads(text) for (text,) in reader.execute(sql, (call,))]
        received = next((record for record in records if record["kind"] == Kind.CALL_RECEIVED), None)
        end = next((record for record in records if record["kind"] in CALL_ENDS), None)
        if received is not None:
            steps.append(words_of_call(received, end))
    return steps
